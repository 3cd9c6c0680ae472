import { css, mix, type Rgb } from './colour.ts';
import type { Stage } from './stage.ts';

export interface Cloud {
  readonly x: number;
  /** The flat underside, pixels from the top. */
  readonly y: number;
  readonly wide: number;
  readonly light: Rgb;
  readonly shade: Rgb;
  readonly alpha?: number;
}

/** A heap cloud: overlapping puffs on a flat base, lit from above. */
export function cloud(stage: Stage, { x, y, wide, light, shade, alpha = 1 }: Cloud): void {
  const { ctx, random } = stage;
  const puffs = random.whole(6, 9);
  const tall = wide * random.between(0.26, 0.34);
  const fill = ctx.createLinearGradient(0, y - tall * 1.25, 0, y);
  fill.addColorStop(0, css(light, alpha));
  fill.addColorStop(0.6, css(mix(light, shade, 0.45), alpha));
  fill.addColorStop(1, css(shade, alpha * 0.85));
  ctx.fillStyle = fill;
  ctx.save();
  ctx.beginPath();
  ctx.rect(x - wide, y - tall * 3, wide * 2, tall * 3);
  ctx.clip();
  ctx.beginPath();
  for (let puff = 0; puff < puffs; puff += 1) {
    const t = puff / (puffs - 1);
    const arch = Math.sin(Math.PI * (0.12 + t * 0.76));
    const radius = tall * (0.34 + 0.4 * arch) * random.between(0.85, 1.15);
    const at = x + (t - 0.5) * wide * 0.84;
    ctx.moveTo(at + radius, y - tall * 0.42 * arch);
    ctx.arc(at, y - tall * 0.42 * arch, radius, 0, Math.PI * 2);
  }
  ctx.roundRect(x - wide * 0.52, y - tall * 0.34, wide * 1.04, tall * 0.4, tall * 0.2);
  ctx.fill();
  ctx.restore();
}
