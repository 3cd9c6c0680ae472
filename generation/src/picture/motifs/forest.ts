import { css, mix } from '../colour.ts';
import { coniferPath } from '../conifer.ts';
import { shadeField } from '../field.ts';
import { downwards, glow, vignette } from '../light.ts';
import { fractal, smoothstep, valueNoise } from '../noise.ts';
import { fullScale } from '../ramp.ts';
import type { Stage } from '../stage.ts';
import { groundPath, heightAt, ridgeLine } from '../terrain.ts';

const ROWS = 4;

/** A spruce forest in morning mist, sun slanting between the rows. */
export function forest(stage: Stage): void {
  mist(stage);
  for (let row = 0; row < ROWS; row += 1) {
    trees(stage, row);
    if (row < ROWS - 1) beams(stage, row);
  }
  fireflies(stage);
  vignette(stage, 0.5);
}

function mist(stage: Stage): void {
  const { height, unit, focal, horizon, palette, random } = stage;
  const noise = fractal(valueNoise(random), 3);
  const colours = fullScale(palette);
  shadeField(stage, 7, (x, y, cell) => {
    const near = Math.exp(-Math.hypot(x - focal.x, y - focal.y) / (unit * 38));
    const low = Math.exp(-(((y - horizon) / (height * 0.26)) ** 2));
    colours(0.3 + low * 0.24 + near * 0.42 + (noise(x / (unit * 40), y / (unit * 16)) - 0.5) * 0.22, cell);
  });
  glow(stage, { ...focal, radius: unit * 34, colour: palette.glow, strength: 0.55 });
}

function trees(stage: Stage, row: number): void {
  const { ctx, width, height, unit, horizon, focal, palette, random } = stage;
  const near = row / (ROWS - 1);
  const base = horizon * 0.98 + near ** 1.2 * (height - horizon) * 0.62;
  const line = ridgeLine(random, { width, base, relief: unit * 9, wavelength: unit * 55, octaves: 3 });
  const colour = mix(mix(palette.haze, palette.mid, 0.45), palette.ink, 0.04 + near ** 0.8 * 0.92);
  ctx.fillStyle = css(colour);
  ctx.beginPath();
  let x = -unit * 3;
  while (x < width + unit * 3) {
    // The row opens around the sun, so that the eye has somewhere to go.
    const gap = smoothstep(0, unit * (26 + near * 16), Math.abs(x - focal.x));
    const tall = unit * random.between(13, 24) * (0.75 + near * 1.5) * (0.35 + 0.65 * gap);
    if (random.chance(0.9 - near * 0.15)) coniferPath(ctx, random, x, heightAt(line, x), tall);
    x += tall * random.between(0.13, 0.34);
  }
  ctx.fill();
  ctx.fillStyle = downwards(ctx, base - unit * 6, Math.min(height, base + unit * 26), [
    colour,
    mix(colour, palette.haze, 0.34 * (1 - near)),
  ]);
  groundPath(ctx, line, height);
  ctx.fill();
}

function beams(stage: Stage, row: number): void {
  const { ctx, height, unit, focal, palette, random } = stage;
  ctx.save();
  ctx.globalCompositeOperation = 'screen';
  for (let i = 0; i < 4; i += 1) {
    const angle = Math.PI / 2 + random.between(-0.75, 0.75);
    const wide = random.between(0.015, 0.05);
    const reach = height * 0.7;
    const fill = ctx.createRadialGradient(focal.x, focal.y, unit * 2, focal.x, focal.y, reach);
    fill.addColorStop(0, css(palette.glow, 0.2 - row * 0.04));
    fill.addColorStop(1, css(palette.glow, 0));
    ctx.fillStyle = fill;
    ctx.beginPath();
    ctx.moveTo(focal.x, focal.y);
    ctx.lineTo(focal.x + Math.cos(angle - wide) * reach, focal.y + Math.sin(angle - wide) * reach);
    ctx.lineTo(focal.x + Math.cos(angle + wide) * reach, focal.y + Math.sin(angle + wide) * reach);
    ctx.fill();
  }
  ctx.restore();
}

function fireflies(stage: Stage): void {
  const { width, height, unit, horizon, palette, random } = stage;
  for (let i = 0; i < 26; i += 1) {
    const x = random.next() * width;
    const y = horizon + random.bell() * height * 0.09;
    const size = unit * random.between(0.5, 1.6);
    glow(stage, { x, y, radius: size, colour: mix(palette.glow, palette.accent, 0.3), strength: 0.9, mode: 'lighter' });
  }
}
