import { css, mix, type Rgb } from '../colour.ts';
import { downwards, glow, vignette, wash } from '../light.ts';
import type { Stage } from '../stage.ts';
import { stars } from '../stars.ts';
import { groundPath, ridgeLine } from '../terrain.ts';

/** A suspension bridge in evening mist, its cables lit. */
export function bridge(stage: Stage): void {
  const { ctx, width, height, unit, focal, horizon, palette, random } = stage;
  wash(stage, [
    [0, palette.ink],
    [0.2, palette.deep],
    [0.42, palette.mid],
    [(horizon / height) * 0.98, mix(palette.haze, palette.glow, 0.3)],
    [(horizon / height) * 1.06, mix(palette.mid, palette.haze, 0.5)],
    [1, palette.ink],
  ]);
  stars(stage, horizon * 0.6, 0.5);
  glow(stage, { x: focal.x, y: horizon, radius: unit * 52, colour: palette.glow, strength: 0.55, squash: 0.6 });
  for (let layer = 0; layer < 3; layer += 1) {
    const line = ridgeLine(random, {
      width,
      base: horizon - unit * (3.5 - layer * 1.4),
      relief: unit * (11 - layer * 3),
      wavelength: unit * 38,
      octaves: 5,
      sharpness: 0.4,
    });
    ctx.fillStyle = css(mix(mix(palette.haze, palette.mid, 0.5), palette.deep, layer * 0.35));
    groundPath(ctx, line, horizon + unit);
    ctx.fill();
  }
  span(stage);
  mist(stage);
  vignette(stage, 0.5);
}

function span(stage: Stage): void {
  const { width, height, unit, focal, horizon, palette, shape, random } = stage;
  const deck = horizon + unit * 1.5;
  const tall = Math.min(unit * 38, height * 0.36);
  const gap = shape === 'portrait' ? width * 0.86 : width * 0.56;
  const first = focal.x - gap * random.between(0.42, 0.58);
  const towers = [first - gap, first, first + gap, first + gap * 2];
  const steel = mix(palette.accent, palette.ink, 0.35);
  cables(stage, towers, deck, tall);
  roadway(stage, deck, steel);
  for (const x of towers) tower(stage, x, deck, tall, steel);
}

function cables(stage: Stage, towers: readonly number[], deck: number, tall: number): void {
  const { ctx, width, unit, palette } = stage;
  const sag = (x: number): number => {
    const right = towers.findIndex((tower) => tower > x);
    const from = towers[right - 1];
    const to = towers[right];
    if (from === undefined || to === undefined) return deck;
    const t = (x - from) / (to - from);
    return deck - unit * 1.4 - (tall - unit * 2.4) * (2 * t - 1) ** 2;
  };
  ctx.strokeStyle = css(mix(palette.ink, palette.mid, 0.25), 0.75);
  ctx.lineWidth = unit * 0.11;
  ctx.beginPath();
  for (let x = 0; x < width; x += unit * 1.35) {
    ctx.moveTo(x, sag(x));
    ctx.lineTo(x, deck);
  }
  ctx.stroke();
  ctx.strokeStyle = css(mix(palette.accent, palette.ink, 0.3));
  ctx.lineWidth = unit * 0.48;
  ctx.beginPath();
  for (let x = 0; x <= width; x += unit * 0.7) ctx.lineTo(x, sag(x));
  ctx.stroke();
  for (let x = unit; x < width; x += unit * 2.7) {
    glow(stage, { x, y: sag(x), radius: unit * 1.1, colour: palette.glow, strength: 0.95, mode: 'lighter' });
  }
}

function roadway(stage: Stage, deck: number, steel: Rgb): void {
  const { ctx, width, unit, palette } = stage;
  ctx.fillStyle = downwards(ctx, deck, deck + unit * 2, [mix(steel, palette.ink, 0.2), palette.ink]);
  ctx.fillRect(0, deck, width, unit * 1.9);
  ctx.strokeStyle = css(palette.ink, 0.85);
  ctx.lineWidth = unit * 0.14;
  ctx.beginPath();
  for (let x = 0; x < width; x += unit * 1.9) {
    ctx.moveTo(x, deck + unit * 0.5);
    ctx.lineTo(x + unit * 0.95, deck + unit * 1.8);
    ctx.lineTo(x + unit * 1.9, deck + unit * 0.5);
  }
  ctx.stroke();
  for (let x = unit * 2; x < width; x += unit * 5.4) {
    glow(stage, { x, y: deck - unit * 0.5, radius: unit * 1.7, colour: palette.glow, strength: 0.75 });
  }
}

function tower(stage: Stage, x: number, deck: number, tall: number, steel: Rgb): void {
  const { ctx, unit, height, palette } = stage;
  const wide = unit * 2.5;
  const foot = Math.min(height, deck + tall * 0.42);
  const fill = ctx.createLinearGradient(x - wide, 0, x + wide, 0);
  fill.addColorStop(0, css(mix(steel, palette.glow, 0.14)));
  fill.addColorStop(1, css(mix(steel, palette.ink, 0.62)));
  ctx.fillStyle = fill;
  for (const side of [-1, 1]) {
    ctx.beginPath();
    ctx.moveTo(x + side * wide - unit * 0.75, deck - tall);
    ctx.lineTo(x + side * wide + unit * 0.75, deck - tall);
    ctx.lineTo(x + side * wide * 1.25 + unit * 0.95, foot);
    ctx.lineTo(x + side * wide * 1.25 - unit * 0.95, foot);
    ctx.fill();
  }
  for (const at of [0.98, 0.72, 0.46, 0.2]) {
    ctx.fillRect(x - wide * 1.1, deck - tall * at, wide * 2.2, unit * 1.15);
  }
  glow(stage, { x, y: deck - tall - unit, radius: unit * 2.6, colour: palette.accent, strength: 0.9 });
}

function mist(stage: Stage): void {
  const { width, unit, horizon, palette, random } = stage;
  for (let i = 0; i < 9; i += 1) {
    glow(stage, {
      x: random.next() * width,
      y: horizon + unit * random.between(9, 20),
      radius: unit * random.between(20, 36),
      colour: mix(palette.haze, palette.mid, 0.3),
      strength: 0.3,
      squash: 0.22,
    });
  }
}
