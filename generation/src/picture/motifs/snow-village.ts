import { disc } from '../brush.ts';
import { css, mix } from '../colour.ts';
import { coniferPath } from '../conifer.ts';
import { downwards, glow, vignette, wash } from '../light.ts';
import type { Point, Stage } from '../stage.ts';
import { stars } from '../stars.ts';
import { groundPath, heightAt, ridgeLine } from '../terrain.ts';

/** A snowed-in village at night with light in its windows. */
export function snowVillage(stage: Stage): void {
  const { width, height, unit, focal, horizon, palette } = stage;
  wash(stage, [
    [0, palette.ink],
    [0.3, palette.deep],
    [horizon / height, mix(palette.mid, palette.haze, 0.45)],
    [1, palette.mid],
  ]);
  stars(stage, horizon * 0.8, 0.9);
  glow(stage, { x: focal.x, y: horizon, radius: unit * 50, colour: palette.haze, strength: 0.4, squash: 0.6 });
  for (let layer = 0; layer < 4; layer += 1) slope(stage, layer);
  flakes(stage, width, height);
  vignette(stage, 0.5);
}

function slope(stage: Stage, layer: number): void {
  const { ctx, width, height, unit, horizon, palette, random } = stage;
  const near = layer / 3;
  const base = horizon * 0.93 + near ** 1.15 * (height - horizon) * 0.75;
  const line = ridgeLine(random, {
    width,
    base,
    relief: unit * (15 - near * 7),
    wavelength: unit * (34 + near * 40),
    octaves: layer === 0 ? 5 : 2,
    sharpness: layer === 0 ? 0.7 : 0,
  });
  const snow = mix(mix(palette.haze, palette.glow, 0.25), palette.deep, 0.2 + near * 0.48);
  if (layer > 0) {
    ctx.fillStyle = css(mix(mix(palette.deep, palette.mid, 0.3), palette.ink, 0.2 + near * 0.7));
    ctx.beginPath();
    for (let x = -unit; x < width + unit; x += unit * random.between(1.2, 6)) {
      const tall = unit * random.between(4, 8.5) * (0.7 + near);
      if (random.chance(0.62)) coniferPath(ctx, random, x, heightAt(line, x) + unit * 0.4, tall);
    }
    ctx.fill();
  }
  if (layer === 1 || layer === 2) houses(stage, line, near);
  ctx.fillStyle = downwards(ctx, base - unit * 7, base + unit * 22, [
    mix(snow, palette.glow, 0.18 * (1 - near)),
    mix(snow, palette.deep, 0.55),
  ]);
  groundPath(ctx, line, height);
  ctx.fill();
}

function houses(stage: Stage, line: readonly Point[], near: number): void {
  const { width, unit, focal, random } = stage;
  const count = Math.max(3, Math.round(width / (unit * 17)));
  for (let i = 0; i < count; i += 1) {
    const x = focal.x + (i - (count - 1) / 2) * unit * random.between(8, 12) + random.bell() * unit * 2;
    house(stage, x, heightAt(line, x) + unit * 0.8, unit * random.between(2, 2.9) * (0.75 + near * 0.7));
  }
}

function house(stage: Stage, x: number, y: number, s: number): void {
  const { ctx, palette, random } = stage;
  const wall = mix(random.chance(0.4) ? mix(palette.accent, palette.deep, 0.6) : palette.mid, palette.ink, 0.5);
  const wide = s * random.between(0.9, 1.3);
  ctx.fillStyle = css(wall);
  ctx.fillRect(x - wide, y - s * 1.2, wide * 2, s * 1.6);
  ctx.beginPath();
  ctx.moveTo(x - wide, y - s * 1.15);
  ctx.lineTo(x, y - s * 2.2);
  ctx.lineTo(x + wide, y - s * 1.15);
  ctx.fill();
  ctx.strokeStyle = css(mix(palette.haze, palette.glow, 0.55));
  ctx.lineWidth = s * 0.26;
  ctx.lineCap = 'round';
  ctx.lineJoin = 'round';
  ctx.beginPath();
  ctx.moveTo(x - wide * 1.22, y - s * 0.95);
  ctx.lineTo(x, y - s * 2.25);
  ctx.lineTo(x + wide * 1.22, y - s * 0.95);
  ctx.stroke();
  for (const at of [-0.55, 0.12]) {
    if (random.chance(0.12)) continue;
    const left = x + at * wide;
    ctx.fillStyle = css(mix(palette.accent, palette.glow, 0.45));
    ctx.fillRect(left, y - s * 0.92, wide * 0.42, s * 0.52);
    ctx.strokeStyle = css(wall);
    ctx.lineWidth = s * 0.06;
    ctx.strokeRect(left + wide * 0.21, y - s * 0.92, 0.01, s * 0.52);
  }
  glow(stage, { x, y: y - s * 0.6, radius: s * 3, colour: palette.accent, strength: 0.4 });
}

function flakes(stage: Stage, width: number, height: number): void {
  const { ctx, unit, palette, random } = stage;
  for (let i = 0; i < 330; i += 1) {
    const near = random.next() ** 4;
    ctx.fillStyle = css(mix(palette.glow, [255, 255, 255], 0.5), random.between(0.25, 0.8) * (1 - near * 0.6));
    disc(ctx, random.next() * width, random.next() * height, unit * (0.12 + near * 0.85));
  }
}
