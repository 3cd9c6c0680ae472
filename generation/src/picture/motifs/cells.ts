import { disc } from '../brush.ts';
import { css, mix } from '../colour.ts';
import { shadeField } from '../field.ts';
import { vignette } from '../light.ts';
import { fractal, valueNoise } from '../noise.ts';
import { dimScale } from '../ramp.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { Point, Stage } from '../stage.ts';

/** Living cells under the microscope: glassy skins, a nucleus each, some out of focus. */
export function cells(stage: Stage): void {
  medium(stage);
  const { width, height, unit, focal, random } = stage;
  const placed: { x: number; y: number; radius: number }[] = [];
  for (let attempt = 0; attempt < 420; attempt += 1) {
    const x = random.between(-0.06, 1.06) * width;
    const y = random.between(-0.04, 1.04) * height;
    const away = Math.hypot(x - focal.x, y - focal.y) / (unit * 70);
    const radius = unit * random.between(4, 12.5) * (1.15 - Math.min(0.75, away));
    if (placed.some((other) => Math.hypot(other.x - x, other.y - y) < (other.radius + radius) * 1.02)) continue;
    placed.push({ x, y, radius });
  }
  placed.sort((a, b) => a.radius - b.radius);
  for (const { x, y, radius } of placed) cell(stage, { x, y }, radius);
  vignette(stage, 0.65);
}

function medium(stage: Stage): void {
  const { width, height, unit, focal, palette, random } = stage;
  const noise = fractal(valueNoise(random), 3);
  const colours = dimScale(palette);
  shadeField(stage, 8, (x, y, out) => {
    const away = Math.hypot((x - focal.x) / width, (y - focal.y) / height);
    colours(0.62 * Math.exp(-away * away * 4) + 0.1 + (noise(x / (unit * 16), y / (unit * 16)) - 0.5) * 0.22, out);
  });
}

/** A closed curve around (0, 0) that is nearly, but not quite, a circle. */
function membrane(ctx: Stage['ctx'], random: SeededRandom, radius: number): void {
  const points = Array.from({ length: 9 }, (_, index) => {
    const angle = (index / 9) * Math.PI * 2;
    const out = radius * random.between(0.92, 1.06);
    return { x: Math.cos(angle) * out, y: Math.sin(angle) * out };
  });
  ctx.beginPath();
  points.forEach((point, index) => {
    const following = points[(index + 1) % points.length] ?? point;
    const middle = { x: (point.x + following.x) / 2, y: (point.y + following.y) / 2 };
    if (index === 0) ctx.moveTo((point.x + (points.at(-1)?.x ?? 0)) / 2, (point.y + (points.at(-1)?.y ?? 0)) / 2);
    ctx.quadraticCurveTo(point.x, point.y, middle.x, middle.y);
  });
  ctx.closePath();
}

function cell(stage: Stage, at: Point, radius: number): void {
  const { ctx, unit, palette, random } = stage;
  ctx.save();
  ctx.translate(at.x, at.y);
  ctx.rotate(random.between(0, 6));
  const body = mix(palette.haze, palette.mid, random.between(0, 0.7));
  const fill = ctx.createRadialGradient(-radius * 0.2, -radius * 0.2, radius * 0.1, 0, 0, radius * 1.05);
  fill.addColorStop(0, css(body, 0.12));
  fill.addColorStop(0.7, css(body, 0.26));
  fill.addColorStop(0.94, css(mix(body, palette.glow, 0.4), 0.55));
  fill.addColorStop(1, css(palette.glow, 0.75));
  ctx.fillStyle = fill;
  membrane(ctx, random, radius);
  ctx.fill();
  ctx.strokeStyle = css(mix(body, palette.glow, 0.6), 0.7);
  ctx.lineWidth = unit * 0.14;
  ctx.stroke();
  for (let grain = 0; grain < 9; grain += 1) {
    const away = radius * random.between(0.4, 0.82);
    const angle = random.between(0, Math.PI * 2);
    ctx.fillStyle = css(mix(palette.glow, body, 0.4), random.between(0.15, 0.45));
    disc(ctx, Math.cos(angle) * away, Math.sin(angle) * away, radius * random.between(0.02, 0.07));
  }
  const core = radius * random.between(0.28, 0.4);
  ctx.translate(random.bell() * radius * 0.12, random.bell() * radius * 0.12);
  const heart = ctx.createRadialGradient(-core * 0.3, -core * 0.35, 0, 0, 0, core);
  heart.addColorStop(0, css(mix(palette.accent, palette.glow, 0.5), 0.95));
  heart.addColorStop(0.75, css(palette.accent, 0.82));
  heart.addColorStop(1, css(mix(palette.accent, palette.deep, 0.5), 0.85));
  ctx.fillStyle = heart;
  membrane(ctx, random, core);
  ctx.fill();
  ctx.restore();
}
