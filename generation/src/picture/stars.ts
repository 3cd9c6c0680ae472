import { disc } from './brush.ts';
import { css, type Rgb } from './colour.ts';
import { glow } from './light.ts';
import type { Stage } from './stage.ts';

/** Scatters stars over the upper part of the plate: many faint, some bright, a few with a halo. */
export function stars(stage: Stage, bottom: number, density: number, colour: Rgb = stage.palette.glow): void {
  const { ctx, width, unit, random } = stage;
  const count = Math.round(((width * bottom) / (unit * unit)) * 0.05 * density);
  ctx.save();
  ctx.globalCompositeOperation = 'lighter';
  for (let i = 0; i < count; i += 1) {
    const magnitude = random.next() ** 6;
    const x = random.next() * width;
    const y = random.next() ** 1.15 * bottom;
    const dim = 1 - (y / bottom) ** 3;
    const size = unit * (0.045 + 0.17 * magnitude);
    ctx.fillStyle = css(colour, (0.22 + 0.75 * magnitude) * dim);
    disc(ctx, x, y, size);
    if (magnitude > 0.55) glow(stage, { x, y, radius: size * 9, colour, strength: 0.35 * dim, mode: 'lighter' });
  }
  ctx.restore();
}
