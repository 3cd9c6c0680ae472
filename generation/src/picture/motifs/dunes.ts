import { disc } from '../brush.ts';
import { css, mix, type Rgb } from '../colour.ts';
import { glow, vignette, wash } from '../light.ts';
import type { Point, Stage } from '../stage.ts';
import { groundPath, ridgeLine } from '../terrain.ts';

const DUNES = 6;

/** Sand dunes under a low sun: a lit face, a shadowed face and the wind's lines on each. */
export function dunes(stage: Stage): void {
  const { ctx, height, unit, focal, horizon, palette } = stage;
  wash(stage, [
    [0, palette.deep],
    [0.22, palette.mid],
    [(horizon / height) * 0.92, mix(palette.haze, palette.glow, 0.45)],
    [1, palette.mid],
  ]);
  const sun = { x: focal.x, y: focal.y - unit * 2 };
  glow(stage, { ...sun, radius: unit * 50, colour: palette.glow, strength: 0.75 });
  ctx.fillStyle = css(mix(palette.glow, [255, 255, 255], 0.4));
  disc(ctx, sun.x, sun.y, unit * 6.2);
  const side = sun.x < stage.width * stage.random.between(0.4, 0.6) ? 1 : -1;
  for (let dune = 0; dune < DUNES; dune += 1) sand(stage, dune, side);
  vignette(stage, 0.55);
}

function sand(stage: Stage, dune: number, side: number): void {
  const { ctx, width, height, unit, horizon, palette, random } = stage;
  const near = dune / (DUNES - 1);
  const base = horizon * 0.95 + near ** 1.35 * (height - horizon) * 0.72;
  const line = ridgeLine(random, {
    width,
    base,
    relief: unit * (9 + near * 15),
    wavelength: unit * (30 + near * 34),
    octaves: 2,
    sharpness: 0.6,
  });
  const lit = mix(mix(palette.glow, palette.haze, 0.5 + near * 0.5), palette.mid, near * 0.55);
  const shade = mix(mix(palette.haze, palette.mid, 0.5 + near * 0.4), palette.deep, 0.15 + near * 0.6);
  const fill = ctx.createLinearGradient(0, base - unit * (6 + near * 8), 0, base + unit * (14 + near * 26));
  fill.addColorStop(0, css(lit));
  fill.addColorStop(0.35, css(mix(lit, shade, 0.6)));
  fill.addColorStop(1, css(mix(shade, palette.ink, 0.25 + near * 0.45)));
  ctx.fillStyle = fill;
  groundPath(ctx, line, height);
  ctx.fill();
  ctx.save();
  groundPath(ctx, line, height);
  ctx.clip();
  ripples(stage, line, near);
  for (const peak of peaks(line, unit * (14 + near * 20)))
    shadowFace(stage, peak, { side, near, colour: mix(shade, palette.ink, 0.55) });
  ctx.restore();
}

/** The points that stand highest within `reach` pixels to both sides. */
function peaks(line: readonly Point[], reach: number): Point[] {
  return line.filter((point) => {
    const neighbours = line.filter((other) => Math.abs(other.x - point.x) < reach);
    return neighbours.every((other) => other === point || other.y > point.y);
  });
}

interface Shade {
  /** 1 when the shadows lie to the right; one sun, so one side for all dunes. */
  readonly side: number;
  readonly near: number;
  readonly colour: Rgb;
}

/** The slope that turns away from the sun: dark along a spine that winds down from the peak, fading out behind it. */
function shadowFace(stage: Stage, peak: Point, { side, near, colour }: Shade): void {
  const { ctx, unit, random } = stage;
  const long = unit * (14 + near * 52) * random.between(0.85, 1.15);
  const sway = unit * (4 + near * 12) * random.between(0.7, 1.3) * side;
  const reach = unit * (16 + near * 34) * side;
  const fill = ctx.createLinearGradient(peak.x, peak.y, peak.x + reach, peak.y + long * 0.35);
  fill.addColorStop(0, css(colour, 0.72));
  fill.addColorStop(0.4, css(colour, 0.42));
  fill.addColorStop(1, css(colour, 0));
  ctx.fillStyle = fill;
  ctx.beginPath();
  ctx.moveTo(peak.x, peak.y - unit);
  ctx.lineTo(peak.x, peak.y);
  ctx.bezierCurveTo(
    peak.x + sway * 1.3,
    peak.y + long * 0.2,
    peak.x - sway * 1.1,
    peak.y + long * 0.42,
    peak.x + sway * 0.9,
    peak.y + long,
  );
  ctx.lineTo(peak.x + reach, peak.y + long);
  ctx.lineTo(peak.x + reach, peak.y - unit);
  ctx.fill();
}

function ripples(stage: Stage, line: readonly Point[], near: number): void {
  const { ctx, unit, palette, random } = stage;
  ctx.strokeStyle = css(palette.glow, 0.05 + near * 0.03);
  ctx.lineWidth = unit * (0.06 + near * 0.16);
  for (let k = 1; k < 12; k += 1) {
    const drop = unit * (0.9 + near * 2) * k * (1 + k * 0.06);
    const phase = random.between(0, 6);
    ctx.beginPath();
    line.forEach(({ x, y }, index) => {
      const wave = Math.sin(x / (unit * 7) + phase) * unit * 0.35 * k * 0.35;
      if (index === 0) ctx.moveTo(x, y + drop + wave);
      else ctx.lineTo(x, y + drop + wave);
    });
    ctx.stroke();
  }
}
