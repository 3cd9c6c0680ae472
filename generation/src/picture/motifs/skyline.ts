import { createCanvas } from '@napi-rs/canvas';
import { css, mix, type Rgb } from '../colour.ts';
import { glow, vignette, wash } from '../light.ts';
import type { Stage } from '../stage.ts';
import { stars } from '../stars.ts';

const ROWS = 3;

/** A city at dusk with its windows lit, standing in its own reflection. */
export function skyline(stage: Stage): void {
  const { ctx, width, height, unit, focal, horizon, palette } = stage;
  wash(stage, [
    [0, palette.ink],
    [0.25, palette.deep],
    [0.45, palette.mid],
    [0.6, palette.haze],
    [1, palette.deep],
  ]);
  stars(stage, horizon * 0.5, 0.5);
  glow(stage, { x: focal.x, y: horizon, radius: unit * 60, colour: palette.glow, strength: 0.65, squash: 0.75 });
  const shore = horizon + height * 0.06;
  for (let row = 0; row < ROWS; row += 1) blocks(stage, row, shore);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, shore, width, height - shore);
  ctx.clip();
  reflect(stage, shore);
  ctx.restore();
  vignette(stage, 0.45);
}

function blocks(stage: Stage, row: number, shore: number): void {
  const { width, height, unit, focal, palette, random } = stage;
  const near = row / (ROWS - 1);
  const wall = mix(mix(palette.haze, palette.mid, 0.6), palette.ink, 0.15 + near * 0.75);
  const tallest = Math.min(height * 0.34, unit * 38) * (1 - near * 0.35);
  let x = -unit * 4;
  while (x < width) {
    const wide = unit * random.between(3.4, 7.6) * (1 - near * 0.1);
    const centre = Math.exp(-(((x + wide / 2 - focal.x) / (width * 0.34)) ** 2));
    const tall = tallest * (0.22 + 0.5 * random.next() ** 1.4 + 0.5 * centre * random.next());
    tower(stage, { x, top: shore - tall, wide, bottom: shore, wall, near });
    x += wide + (random.chance(0.3) ? unit * random.between(0, 1.6) : 0);
  }
}

interface Tower {
  readonly x: number;
  readonly top: number;
  readonly wide: number;
  readonly bottom: number;
  readonly wall: Rgb;
  readonly near: number;
}

function tower(stage: Stage, { x, top, wide, bottom, wall, near }: Tower): void {
  const { ctx, unit, palette, random } = stage;
  ctx.fillStyle = css(wall);
  const style = random.next();
  if (style < 0.2) {
    const inset = wide * 0.2;
    ctx.fillRect(x + inset, top - unit * 2.2, wide - inset * 2, unit * 2.4);
  } else if (style < 0.34) {
    ctx.fillRect(x + wide * 0.48, top - unit * random.between(3, 7), unit * 0.22, unit * 7);
  } else if (style < 0.48) {
    ctx.beginPath();
    ctx.moveTo(x, top + 1);
    ctx.lineTo(x + wide, top - unit * 2.6);
    ctx.lineTo(x + wide, top + 1);
    ctx.fill();
  }
  ctx.fillRect(x, top, wide, bottom - top);
  const pane = unit * (0.42 + near * 0.22);
  const pitchX = pane * 1.9;
  const pitchY = pane * 2.3;
  const columns = Math.floor((wide - pane) / pitchX);
  const margin = (wide - columns * pitchX + (pitchX - pane)) / 2;
  const busy = random.between(0.1, 0.5);
  for (let y = top + pitchY; y < bottom - pane; y += pitchY) {
    for (let column = 0; column < columns; column += 1) {
      if (!random.chance(busy)) continue;
      const lamp = random.chance(0.1) ? palette.accent : mix(palette.glow, palette.haze, random.between(0, 0.6));
      ctx.fillStyle = css(lamp, (0.25 + 0.6 * random.next()) * (0.45 + near * 0.55));
      ctx.fillRect(x + margin + column * pitchX, y, pane, pane * 1.25);
    }
  }
}

/** Lays the part above the shore upside down below it, in strips that slide like water. */
function reflect(stage: Stage, shore: number): void {
  const { ctx, width, height, unit, palette, random } = stage;
  ctx.fillStyle = css(palette.ink);
  ctx.fillRect(0, shore, width, height - shore);
  // A copy, because drawing a canvas onto itself snapshots all of it at every strip.
  const depth = Math.ceil(Math.min(shore, height - shore));
  const above = createCanvas(width, depth);
  above.getContext('2d').drawImage(ctx.canvas, 0, shore - depth, width, depth, 0, 0, width, depth);
  let y = 0;
  while (y < depth) {
    const strip = unit * (0.25 + y / (unit * 60));
    const slide = random.bell() * unit * (0.15 + y / (unit * 45));
    ctx.globalAlpha = Math.max(0.08, 0.62 - y / (height * 0.5));
    ctx.drawImage(above, 0, Math.max(0, depth - y - strip), width, strip, slide, shore + y, width, strip + 1);
    y += strip;
  }
  ctx.globalAlpha = 1;
  const fade = ctx.createLinearGradient(0, shore, 0, height);
  fade.addColorStop(0, css(palette.ink, 0.15));
  fade.addColorStop(0.7, css(palette.ink, 0.85));
  fade.addColorStop(1, css(palette.ink, 0.95));
  ctx.fillStyle = fade;
  ctx.fillRect(0, shore, width, height - shore);
}
