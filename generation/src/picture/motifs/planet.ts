import { disc } from '../brush.ts';
import { css, mix } from '../colour.ts';
import { shadeField } from '../field.ts';
import { glow, vignette, wash } from '../light.ts';
import { fractal, smoothstep, valueNoise } from '../noise.ts';
import { fullScale } from '../ramp.ts';
import type { Point, Stage } from '../stage.ts';
import { stars } from '../stars.ts';

/** A banded planet with rings, lit from one side, and its moon. */
export function planet(stage: Stage): void {
  const { ctx, height, unit, focal, palette, random } = stage;
  wash(stage, [
    [0, mix(palette.ink, palette.deep, 0.25)],
    [0.5, mix(palette.deep, palette.ink, 0.2)],
    [1, palette.ink],
  ]);
  nebula(stage);
  stars(stage, height, 1.2);
  const radius = unit * random.between(19, 23);
  const light = { x: -0.62, y: -0.52 };
  glow(stage, {
    x: focal.x + light.x * radius * 0.5,
    y: focal.y + light.y * radius * 0.5,
    radius: radius * 2,
    colour: palette.haze,
    strength: 0.5,
  });
  const tilt = random.between(-0.5, -0.25);
  rings(stage, radius, tilt, 'behind');
  globe(stage, radius, light, tilt);
  rings(stage, radius, tilt, 'before');
  moon(stage, { x: focal.x + radius * 1.25, y: focal.y - radius * 1.55 }, radius * 0.16);
  ctx.globalAlpha = 1;
  vignette(stage, 0.4);
}

function nebula(stage: Stage): void {
  const { unit, palette, random } = stage;
  const noise = fractal(valueNoise(random), 4);
  shadeField(
    stage,
    8,
    (x, y, cell) => {
      const cloud = smoothstep(0.48, 0.85, noise(x / (unit * 38), y / (unit * 38)));
      const warm = noise(x / (unit * 60) + 9, y / (unit * 60));
      const colour = warm > 0.5 ? palette.accent : palette.haze;
      cell[0] = colour[0];
      cell[1] = colour[1];
      cell[2] = colour[2];
      cell[3] = cloud * 70 * Math.min(1, Math.abs(warm - 0.5) * 9);
    },
    'screen',
  );
}

function globe(stage: Stage, radius: number, light: Point, tilt: number): void {
  const { ctx, focal, palette, random } = stage;
  const noise = fractal(valueNoise(random), 4);
  const colours = fullScale(palette);
  const cos = Math.cos(tilt);
  const sin = Math.sin(tilt);
  ctx.save();
  ctx.beginPath();
  ctx.arc(focal.x, focal.y, radius, 0, Math.PI * 2);
  ctx.clip();
  shadeField(
    stage,
    3,
    (x, y, cell) => {
      const u = (x - focal.x) / radius;
      const v = (y - focal.y) / radius;
      const square = u * u + v * v;
      if (square > 1.05) {
        cell[3] = 0;
        return;
      }
      const depth = Math.sqrt(Math.max(0, 1 - square));
      const lambert = Math.max(0, -(u * light.x + v * light.y) * -1 + depth * 0.58);
      const latitude = v * cos - u * sin;
      const swirl = noise(u * 1.5 + 5, latitude * 4) - 0.5;
      const band = noise(7, latitude * 4.5 + swirl * 0.9) * 0.75 + noise(u * 2, latitude * 14 + swirl * 2) * 0.25;
      const rim = (1 - depth) ** 3 * lambert * 0.5;
      colours(0.02 + lambert ** 0.9 * (0.34 + band * 0.75) + rim, cell);
    },
    'source-over',
    Math.max(0, focal.y - radius),
    Math.min(stage.height, focal.y + radius),
  );
  ctx.restore();
  const rim = ctx.createLinearGradient(
    focal.x - radius,
    focal.y - radius,
    focal.x + radius * 0.3,
    focal.y + radius * 0.3,
  );
  rim.addColorStop(0, css(palette.glow, 0.9));
  rim.addColorStop(1, css(palette.glow, 0));
  ctx.strokeStyle = rim;
  ctx.lineWidth = radius * 0.018;
  ctx.beginPath();
  ctx.arc(focal.x, focal.y, radius, 0, Math.PI * 2);
  ctx.stroke();
}

function rings(stage: Stage, radius: number, tilt: number, half: 'behind' | 'before'): void {
  const { ctx, focal, palette } = stage;
  const from = half === 'behind' ? Math.PI : 0;
  ctx.save();
  ctx.translate(focal.x, focal.y);
  ctx.rotate(tilt);
  for (let ring = 0; ring < 16; ring += 1) {
    const out = radius * (1.36 + ring * 0.047);
    const gap = ring === 9 || ring === 10 ? 0.08 : 1;
    const alpha = (0.2 + 0.45 * Math.abs(Math.sin(ring * 2.4))) * gap;
    const fade = ctx.createLinearGradient(-out, 0, out, 0);
    fade.addColorStop(0, css(palette.glow, alpha));
    fade.addColorStop(0.55, css(mix(palette.haze, palette.glow, 0.3), alpha * 0.75));
    fade.addColorStop(1, css(palette.mid, alpha * 0.4));
    ctx.strokeStyle = fade;
    ctx.lineWidth = radius * 0.04;
    ctx.beginPath();
    ctx.ellipse(0, 0, out, out * 0.24, 0, from, from + Math.PI);
    ctx.stroke();
  }
  ctx.restore();
}

function moon(stage: Stage, at: Point, radius: number): void {
  const { ctx, palette } = stage;
  const fill = ctx.createRadialGradient(at.x - radius * 0.5, at.y - radius * 0.45, radius * 0.1, at.x, at.y, radius);
  fill.addColorStop(0, css(mix(palette.accent, palette.glow, 0.65)));
  fill.addColorStop(0.6, css(mix(palette.accent, palette.deep, 0.45)));
  fill.addColorStop(1, css(palette.ink));
  ctx.fillStyle = fill;
  disc(ctx, at.x, at.y, radius);
}
