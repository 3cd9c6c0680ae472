import { mix } from '../colour.ts';
import { shadeField } from '../field.ts';
import { blurredLamp, vignette } from '../light.ts';
import { fractal, valueNoise } from '../noise.ts';
import { ramp } from '../ramp.ts';
import type { Stage } from '../stage.ts';

/** Folds of soft colour with lights out of focus: for feelings and for what has no picture. */
export function bokeh(stage: Stage): void {
  folds(stage);
  lights(stage);
  vignette(stage, 0.6);
}

function folds(stage: Stage): void {
  const { width, height, focal, palette, random } = stage;
  const noise = fractal(valueNoise(random), 2);
  const scale = Math.sqrt(width * height) * 0.62;
  const colours = ramp([
    [0, palette.ink],
    [0.3, palette.deep],
    [0.55, palette.mid],
    [0.78, palette.haze],
    [1, mix(palette.haze, palette.glow, 0.65)],
  ]);
  const warm = ramp([
    [0, palette.ink],
    [0.35, mix(palette.deep, palette.accent, 0.25)],
    [1, palette.accent],
  ]);
  const other: [number, number, number, number] = [0, 0, 0, 255];
  shadeField(stage, 7, (x, y, cell) => {
    const u = x / scale;
    const v = y / scale;
    const warpX = noise(u + 4, v + 1);
    const warpY = noise(u + 9, v + 7);
    const fold = noise(u * 1.1 + warpX * 2.2, v * 1.1 + warpY * 2.2);
    const away = Math.hypot((x - focal.x) / width, (y - focal.y) / height);
    const t = 0.16 + (fold - 0.32) * 1.05 + Math.exp(-away * away * 7) * 0.3 - (y / height) ** 3 * 0.3;
    colours(t, cell);
    warm(t * 0.9, other);
    const share = Math.max(0, Math.min(1, (warpX - 0.52) * 3.2)) * 0.75;
    cell[0] += (other[0] - cell[0]) * share;
    cell[1] += (other[1] - cell[1]) * share;
    cell[2] += (other[2] - cell[2]) * share;
  });
}

function lights(stage: Stage): void {
  const { ctx, width, height, unit, focal, palette, random } = stage;
  ctx.save();
  ctx.globalCompositeOperation = 'screen';
  for (let i = 0; i < 46; i += 1) {
    const near = random.next() ** 2.2;
    const radius = unit * (0.7 + near * 6.5);
    const x = focal.x + random.bell() * width * 0.3;
    const y = focal.y * 0.95 + random.bell() * height * 0.19;
    const colour = mix(random.chance(0.28) ? palette.accent : palette.haze, palette.glow, random.between(0.2, 0.8));
    const alpha = (0.28 - near * 0.2) * random.between(0.35, 1);
    blurredLamp(stage, { x, y }, radius, colour, alpha);
  }
  ctx.restore();
}
