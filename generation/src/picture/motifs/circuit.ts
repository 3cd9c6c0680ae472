import { disc, trace } from '../brush.ts';
import { css, mix } from '../colour.ts';
import { glow, vignette, wash } from '../light.ts';
import type { Point, Stage } from '../stage.ts';

/** A processor and the copper traces that run from it over the board. */
export function circuit(stage: Stage): void {
  const { ctx, width, height, unit, focal, palette } = stage;
  wash(stage, [
    [0, palette.ink],
    [0.45, mix(palette.deep, palette.ink, 0.15)],
    [1, palette.ink],
  ]);
  glow(stage, { ...focal, radius: unit * 60, colour: palette.mid, strength: 0.75 });
  ctx.fillStyle = css(palette.haze, 0.08);
  const pitch = unit * 2.6;
  for (let y = pitch / 2; y < height; y += pitch) {
    for (let x = pitch / 2; x < width; x += pitch) ctx.fillRect(x, y, unit * 0.12, unit * 0.12);
  }
  traces(stage);
  chip(stage, unit * 9.5);
  vignette(stage, 0.6);
}

const TURNS = [0, Math.PI / 4, -Math.PI / 4];

function traces(stage: Stage): void {
  const { ctx, unit, focal, palette, random } = stage;
  ctx.lineJoin = 'round';
  ctx.lineCap = 'round';
  const pins = 13;
  const pitch = (unit * 17) / pins;
  for (let side = 0; side < 4; side += 1) {
    const out = (side * Math.PI) / 2;
    // Every trace of a side bends at a place of its own order, as a router lays them, so that none cross.
    const bend = random.pick([1, -1]);
    for (let pin = 0; pin < pins; pin += 1) {
      const off = (pin - (pins - 1) / 2) * pitch;
      const path: Point[] = [turned(focal, out, unit * 9, off)];
      const order = (bend > 0 ? pin : pins - 1 - pin) / (pins - 1);
      const straight = unit * (11 + order * 16);
      const slant = unit * (4 + order * 22) * (Math.abs(off) > unit * 3 ? Math.sign(off) * bend : 1) * bend;
      path.push(turned(focal, out, straight, off));
      path.push(turned(focal, out, straight + Math.abs(slant), off + slant));
      const long = unit * random.between(6, 46);
      path.push(turned(focal, out, straight + Math.abs(slant) + long, off + slant));
      const live = random.chance(0.2);
      copper(stage, path, live);
    }
  }
  for (let i = 0; i < 46; i += 1) stray(stage);
  ctx.strokeStyle = css(palette.haze);
}

function turned(centre: Point, angle: number, along: number, across: number): Point {
  return {
    x: centre.x + Math.cos(angle) * along - Math.sin(angle) * across,
    y: centre.y + Math.sin(angle) * along + Math.cos(angle) * across,
  };
}

function stray(stage: Stage): void {
  const { width, height, unit, random } = stage;
  let at: Point = { x: random.next() * width, y: random.next() * height };
  let angle = (random.whole(0, 3) * Math.PI) / 2;
  const path = [at];
  for (let leg = random.whole(2, 4); leg > 0; leg -= 1) {
    at = turned(at, angle, unit * random.between(3, 14), 0);
    path.push(at);
    angle += random.pick(TURNS as [number, ...number[]]);
  }
  copper(stage, path, random.chance(0.05), 0.5);
}

function copper(stage: Stage, path: readonly Point[], live: boolean, strength = 1): void {
  const { ctx, unit, palette } = stage;
  const colour = live ? palette.accent : mix(palette.haze, palette.mid, 0.35);
  trace(ctx, path);
  if (live) {
    ctx.strokeStyle = css(colour, 0.16);
    ctx.lineWidth = unit * 1.3;
    ctx.stroke();
  }
  ctx.strokeStyle = css(colour, (live ? 0.95 : 0.62) * strength);
  ctx.lineWidth = unit * (live ? 0.34 : 0.26);
  ctx.stroke();
  const end = path.at(-1);
  if (!end) return;
  if (live) glow(stage, { ...end, radius: unit * 3.6, colour, strength: 0.75 });
  ctx.fillStyle = css(live ? mix(colour, palette.glow, 0.5) : palette.deep);
  ctx.lineWidth = unit * 0.26;
  disc(ctx, end.x, end.y, unit * 0.55);
  ctx.stroke();
}

function chip(stage: Stage, half: number): void {
  const { ctx, unit, focal, palette } = stage;
  const { x, y } = focal;
  glow(stage, { x, y, radius: half * 2.6, colour: palette.haze, strength: 0.55 });
  ctx.save();
  ctx.shadowColor = css(palette.ink, 0.9);
  ctx.shadowBlur = unit * 3;
  const body = ctx.createLinearGradient(x - half, y - half, x + half, y + half);
  body.addColorStop(0, css(mix(palette.deep, palette.mid, 0.5)));
  body.addColorStop(1, css(palette.ink));
  ctx.fillStyle = body;
  ctx.beginPath();
  ctx.roundRect(x - half, y - half, half * 2, half * 2, unit * 1.3);
  ctx.fill();
  ctx.restore();
  ctx.strokeStyle = css(palette.haze, 0.75);
  ctx.lineWidth = unit * 0.2;
  ctx.stroke();
  ctx.strokeStyle = css(palette.haze, 0.35);
  ctx.beginPath();
  ctx.roundRect(x - half * 0.62, y - half * 0.62, half * 1.24, half * 1.24, unit * 0.7);
  ctx.stroke();
  glow(stage, { x, y, radius: half * 0.9, colour: palette.accent, strength: 0.55 });
  const cell = half * 0.19;
  for (let row = -2; row <= 2; row += 1) {
    for (let column = -2; column <= 2; column += 1) {
      ctx.fillStyle = css(mix(palette.accent, palette.glow, stage.random.next() * 0.8), stage.random.between(0.25, 1));
      ctx.fillRect(x + column * cell * 1.25 - cell / 2, y + row * cell * 1.25 - cell / 2, cell, cell);
    }
  }
}
