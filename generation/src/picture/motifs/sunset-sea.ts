import { disc } from '../brush.ts';
import { css, mix } from '../colour.ts';
import { shadeField } from '../field.ts';
import { downwards, glow, vignette } from '../light.ts';
import { fractal, smoothstep, valueNoise } from '../noise.ts';
import { dimScale, fullScale } from '../ramp.ts';
import type { Point, Stage } from '../stage.ts';
import { groundPath, ridgeLine } from '../terrain.ts';

/** The sun over open water, its light broken into a path of glitter, and a small boat. */
export function sunsetSea(stage: Stage): void {
  const { height, unit, focal, horizon, palette, random } = stage;
  const sun = { x: focal.x, y: horizon - unit * random.between(7, 15) };
  sky(stage, sun);
  glow(stage, { ...sun, radius: unit * 46, colour: palette.glow, strength: 0.7 });
  sunDisc(stage, sun, unit * 7.2);
  headland(stage);
  sea(stage, sun);
  glitter(stage, sun);
  boat(stage, { x: stage.width - sun.x + unit * random.between(-8, 8), y: horizon + height * 0.012 });
  vignette(stage, 0.5);
}

function sky(stage: Stage, sun: Point): void {
  const { width, height, unit, horizon, palette, random } = stage;
  const noise = fractal(valueNoise(random), 4);
  const colours = fullScale(palette);
  shadeField(
    stage,
    5,
    (x, y, cell) => {
      const down = y / horizon;
      const near = Math.exp(-Math.hypot(x - sun.x, (y - sun.y) * 1.5) / (unit * 42));
      const stretch = 1 - down * 0.75;
      const cloud = smoothstep(0.46, 0.74, noise(x / (width * 0.42), y / (height * 0.075 * (0.35 + stretch)) + 3));
      const lit = noise(x / (width * 0.42), (y + unit * 1.6) / (height * 0.075 * (0.35 + stretch)) + 3);
      const edge = smoothstep(0.4, 0.62, lit) * (1 - cloud);
      const base = 0.12 + 0.52 * down ** 1.6 + near * 0.36;
      colours(base + cloud * (near * 0.16 - 0.17 * (0.4 + down)) + edge * near * 0.08, cell);
    },
    'source-over',
    0,
    horizon,
  );
}

function sunDisc(stage: Stage, sun: Point, radius: number): void {
  const { ctx, palette } = stage;
  ctx.fillStyle = downwards(ctx, sun.y - radius, sun.y + radius, [
    mix(palette.glow, [255, 255, 255], 0.55),
    mix(palette.glow, palette.haze, 0.45),
  ]);
  disc(ctx, sun.x, sun.y, radius);
}

function headland(stage: Stage): void {
  const { ctx, width, unit, horizon, palette, random } = stage;
  for (let layer = 0; layer < 2; layer += 1) {
    const relief = unit * (6 - layer * 2.5);
    const line = ridgeLine(random, {
      width,
      base: horizon,
      relief,
      wavelength: width * (0.5 - layer * 0.2),
      octaves: 4,
    });
    const side = random.chance(0.5) ? 1 : -1;
    const sloped = line.map(({ x, y }) => {
      const out = side > 0 ? x / width : 1 - x / width;
      return { x, y: y + relief * (1.25 - 2.1 * smoothstep(0.35, 1.1, out)) };
    });
    ctx.fillStyle = css(mix(palette.mid, palette.deep, 0.35 + layer * 0.5));
    groundPath(ctx, sloped, horizon + 1);
    ctx.fill();
  }
}

function sea(stage: Stage, sun: Point): void {
  const { width, height, horizon, palette, random } = stage;
  const noise = valueNoise(random);
  const colours = dimScale(palette);
  shadeField(
    stage,
    4,
    (x, y, cell) => {
      const near = (y - horizon) / (height - horizon);
      const size = 0.006 + near * 0.05;
      const wave = noise(x / (width * size * 3.2), ((y / height) * 26) / (0.12 + near * 0.9));
      const toSun = Math.exp(-Math.abs(x - sun.x) / (width * (0.22 + near * 0.12)));
      colours(0.7 * (1 - near) ** 1.7 + (wave - 0.5) * 0.2 * (1 - near * 0.6) + toSun * 0.3 * (1 - near), cell);
    },
    'source-over',
    horizon,
    height,
  );
}

function glitter(stage: Stage, sun: Point): void {
  const { ctx, width, height, unit, horizon, palette, random } = stage;
  ctx.save();
  ctx.globalCompositeOperation = 'screen';
  const light = mix(palette.glow, palette.haze, 0.25);
  for (let i = 0; i < 420; i += 1) {
    const near = random.next() ** 1.7;
    const y = horizon + near * (height - horizon) * 0.92;
    const spread = unit * (3.2 + near * 15);
    const x = sun.x + random.bell() * spread * 0.5;
    const long = unit * (0.5 + near * 4.6) * random.between(0.35, 1);
    const thick = unit * (0.07 + near * 0.36);
    const centred = Math.exp(-(((x - sun.x) / spread) ** 2) * 2);
    ctx.fillStyle = css(light, (1 - near) ** 1.4 * 0.8 * centred + 0.03);
    ctx.beginPath();
    ctx.ellipse(x, y, Math.min(long, width), thick, 0, 0, Math.PI * 2);
    ctx.fill();
  }
  ctx.restore();
}

function boat(stage: Stage, at: Point): void {
  const { ctx, unit, palette } = stage;
  const size = unit * 2.3;
  ctx.save();
  ctx.translate(at.x, at.y);
  ctx.scale(size, size);
  ctx.fillStyle = css(mix(palette.ink, palette.deep, 0.15));
  ctx.beginPath();
  ctx.moveTo(-1.15, -0.32);
  ctx.lineTo(1.25, -0.32);
  ctx.quadraticCurveTo(0.9, 0.06, 0.5, 0.06);
  ctx.lineTo(-0.75, 0.06);
  ctx.closePath();
  ctx.fill();
  ctx.beginPath();
  ctx.moveTo(0, -0.42);
  ctx.lineTo(0, -3.5);
  ctx.quadraticCurveTo(1.15, -1.7, 1.05, -0.5);
  ctx.closePath();
  ctx.fill();
  ctx.beginPath();
  ctx.moveTo(-0.14, -0.5);
  ctx.lineTo(-0.14, -3);
  ctx.quadraticCurveTo(-0.5, -1.3, -1.05, -0.5);
  ctx.closePath();
  ctx.fill();
  ctx.restore();
}
