import { disc } from '../brush.ts';
import { css, mix } from '../colour.ts';
import { downwards, glow, vignette, wash } from '../light.ts';
import type { Stage } from '../stage.ts';
import { stars } from '../stars.ts';
import { groundPath, ridgeLine } from '../terrain.ts';

const LAYERS = 6;

/** Mountain ridges one behind another, mist between them, a moon above. */
export function nightRidges(stage: Stage): void {
  const { height, palette, horizon } = stage;
  wash(stage, [
    [0, palette.ink],
    [0.2, palette.deep],
    [0.42, palette.mid],
    [(horizon / height) * 0.98, mix(palette.haze, palette.glow, 0.12)],
    [1, palette.mid],
  ]);
  stars(stage, horizon * 0.85, 1);
  moon(stage);
  for (let layer = 0; layer < LAYERS; layer += 1) ridge(stage, layer);
  vignette(stage, 0.5);
}

function moon(stage: Stage): void {
  const { ctx, unit, focal, palette, random } = stage;
  const radius = unit * random.between(5.5, 7.5);
  const y = focal.y - unit * 4;
  glow(stage, { x: focal.x, y, radius: unit * 40, colour: palette.glow, strength: 0.5 });
  const fill = ctx.createRadialGradient(focal.x - radius * 0.3, y - radius * 0.3, 0, focal.x, y, radius);
  fill.addColorStop(0, css(mix(palette.glow, [255, 255, 255], 0.6)));
  fill.addColorStop(1, css(mix(palette.glow, palette.haze, 0.22)));
  ctx.fillStyle = fill;
  disc(ctx, focal.x, y, radius);
  ctx.fillStyle = css(palette.haze, 0.16);
  for (let i = 0; i < 7; i += 1) {
    const away = Math.sqrt(random.next()) * radius * 0.72;
    const angle = random.between(0, Math.PI * 2);
    disc(ctx, focal.x + Math.cos(angle) * away, y + Math.sin(angle) * away, radius * random.between(0.06, 0.2));
  }
}

function ridge(stage: Stage, layer: number): void {
  const { ctx, width, height, unit, horizon, palette, random } = stage;
  const near = layer / (LAYERS - 1);
  const base = horizon * 0.88 + near ** 1.25 * (height - horizon * 0.88) * 0.72;
  const line = ridgeLine(random, {
    width,
    base,
    relief: unit * (17 + 8 * near),
    wavelength: unit * (30 + near * 40),
    octaves: 7,
    sharpness: 0.9 - near * 0.3,
  });
  const top = mix(mix(palette.haze, palette.mid, 0.45), palette.ink, 0.05 + near * 0.9);
  const mist = mix(top, palette.haze, 0.42 * (1 - near) ** 1.2);
  ctx.fillStyle = downwards(ctx, base - unit * 10, base + unit * 17, [top, mist]);
  groundPath(ctx, line, height);
  ctx.fill();
}
