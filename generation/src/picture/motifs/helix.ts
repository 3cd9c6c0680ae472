import { disc } from '../brush.ts';
import { css, mix } from '../colour.ts';
import { shadeField } from '../field.ts';
import { glow, vignette } from '../light.ts';
import { fractal, valueNoise } from '../noise.ts';
import { ramp } from '../ramp.ts';
import type { Stage } from '../stage.ts';

interface Bead {
  readonly x: number;
  readonly y: number;
  /** −1 behind, 1 in front. */
  readonly depth: number;
  readonly strand: 0 | 1;
}

/** A double helix turning through the picture, its rungs lit. */
export function helix(stage: Stage): void {
  backdrop(stage);
  const { ctx, unit, focal, palette, random, shape } = stage;
  const lean = shape === 'landscape' ? random.between(0.95, 1.15) : random.between(0.28, 0.5);
  const side = random.chance(0.5) ? 1 : -1;
  ctx.save();
  ctx.translate(focal.x, focal.y);
  ctx.rotate(lean * side);
  const beads = strands(unit * 13.5, unit * 155, random.between(0, 6), unit * 33);
  rungs(stage, beads);
  for (const bead of [...beads].sort((a, b) => a.depth - b.depth)) sphere(stage, bead);
  ctx.restore();
  dust(stage);
  glow(stage, { ...focal, radius: unit * 40, colour: palette.haze, strength: 0.22 });
  vignette(stage, 0.6);
}

function backdrop(stage: Stage): void {
  const { unit, focal, palette, random } = stage;
  const noise = fractal(valueNoise(random), 3);
  const colours = ramp([
    [0, palette.ink],
    [0.5, palette.deep],
    [1, mix(palette.mid, palette.haze, 0.2)],
  ]);
  shadeField(stage, 8, (x, y, cell) => {
    const away = Math.hypot(x - focal.x, y - focal.y) / (unit * 62);
    colours(0.12 + Math.exp(-away * away) * 0.72 + (noise(x / (unit * 30), y / (unit * 30)) - 0.5) * 0.3, cell);
  });
}

function strands(radius: number, long: number, phase: number, turn: number): Bead[] {
  const beads: Bead[] = [];
  const step = turn / 11;
  for (let y = -long / 2; y < long / 2; y += step) {
    for (const strand of [0, 1] as const) {
      const angle = (y / turn) * Math.PI * 2 + phase + strand * 2.5;
      beads.push({ x: Math.cos(angle) * radius, y, depth: Math.sin(angle), strand });
    }
  }
  return beads;
}

function rungs(stage: Stage, beads: readonly Bead[]): void {
  const { ctx, unit, palette } = stage;
  for (let i = 0; i + 1 < beads.length; i += 2) {
    const from = beads[i];
    const to = beads[i + 1];
    if (!from || !to) continue;
    const near = (from.depth + to.depth) / 4 + 0.5;
    const fill = ctx.createLinearGradient(from.x, 0, to.x, 0);
    fill.addColorStop(0, css(palette.haze, 0.25 + near * 0.55));
    fill.addColorStop(0.48, css(palette.haze, 0.25 + near * 0.55));
    fill.addColorStop(0.52, css(palette.accent, 0.25 + near * 0.55));
    fill.addColorStop(1, css(palette.accent, 0.25 + near * 0.55));
    ctx.strokeStyle = fill;
    ctx.lineWidth = unit * (0.35 + near * 0.35);
    ctx.beginPath();
    ctx.moveTo(from.x, from.y);
    ctx.lineTo(to.x, to.y);
    ctx.stroke();
  }
}

function sphere(stage: Stage, { x, y, depth, strand }: Bead): void {
  const { ctx, unit, palette } = stage;
  const near = (depth + 1) / 2;
  const radius = unit * (0.95 + near * 1.1);
  const base = strand === 0 ? palette.haze : palette.accent;
  const colour = mix(base, palette.deep, 0.7 * (1 - near));
  const fill = ctx.createRadialGradient(x - radius * 0.35, y - radius * 0.4, radius * 0.05, x, y, radius);
  fill.addColorStop(0, css(mix(colour, palette.glow, 0.35 + near * 0.5)));
  fill.addColorStop(0.55, css(colour));
  fill.addColorStop(1, css(mix(colour, palette.ink, 0.6)));
  ctx.fillStyle = fill;
  disc(ctx, x, y, radius);
}

function dust(stage: Stage): void {
  const { width, height, unit, palette, random } = stage;
  for (let i = 0; i < 34; i += 1) {
    const radius = unit * (0.3 + 3 * random.next() ** 4);
    glow(stage, {
      x: random.next() * width,
      y: random.next() * height,
      radius,
      colour: random.chance(0.25) ? palette.accent : palette.glow,
      strength: 0.4,
    });
  }
}
