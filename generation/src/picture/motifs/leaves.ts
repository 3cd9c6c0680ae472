import { css, mix, type Rgb } from '../colour.ts';
import { glow, vignette, wash } from '../light.ts';
import type { Stage } from '../stage.ts';

/** Big leaves growing in from the borders, dark in front, with light between them. */
export function leaves(stage: Stage): void {
  const { width, height, unit, focal, palette, random } = stage;
  wash(stage, [
    [0, palette.deep],
    [0.4, mix(palette.mid, palette.haze, 0.25)],
    [0.7, palette.deep],
    [1, palette.ink],
  ]);
  glow(stage, { ...focal, radius: unit * 55, colour: palette.glow, strength: 0.6 });
  for (let row = 0; row < 4; row += 1) {
    const near = row / 3;
    const count = Math.round((width + height) / (unit * (15 - near * 2)));
    for (let i = 0; i < count; i += 1) {
      const around = ((i + random.next()) / count) * (width + height) * 2;
      const root = onBorder(width, height, around);
      const towards = Math.atan2(focal.y - root.y, focal.x - root.x) + random.bell() * 0.5;
      const long = unit * random.between(24, 40) * (1.15 - near * 0.25);
      const sunk = unit * (4 + near * 9);
      leaf(stage, {
        x: root.x - Math.cos(towards) * sunk,
        y: root.y - Math.sin(towards) * sunk,
        angle: towards,
        long,
        colour: leafColour(stage, near),
        feathered: random.chance(0.4),
      });
    }
  }
  vignette(stage, 0.6);
}

function leafColour({ palette, random }: Stage, near: number): Rgb {
  if (random.chance(0.07)) return mix(palette.accent, palette.deep, 0.25 + near * 0.4);
  const lit = mix(palette.haze, palette.mid, random.between(0.2, 0.9));
  return mix(lit, palette.ink, 0.12 + near * 0.72);
}

/** The point reached after walking `distance` along the plate's border. */
function onBorder(width: number, height: number, distance: number): { x: number; y: number } {
  const d = distance % ((width + height) * 2);
  if (d < width) return { x: d, y: 0 };
  if (d < width + height) return { x: width, y: d - width };
  if (d < width * 2 + height) return { x: width - (d - width - height), y: height };
  return { x: 0, y: height - (d - width * 2 - height) };
}

interface Leaf {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly long: number;
  readonly colour: Rgb;
  readonly feathered: boolean;
}

function leaf(stage: Stage, { x, y, angle, long, colour, feathered }: Leaf): void {
  const { ctx, unit, palette, random } = stage;
  ctx.save();
  ctx.translate(x, y);
  ctx.rotate(angle);
  const wide = long * random.between(0.15, 0.22);
  const fill = ctx.createLinearGradient(0, -wide, 0, wide);
  fill.addColorStop(0, css(mix(colour, palette.glow, 0.14)));
  fill.addColorStop(0.49, css(colour));
  fill.addColorStop(0.51, css(mix(colour, palette.ink, 0.24)));
  fill.addColorStop(1, css(mix(colour, palette.ink, 0.42)));
  ctx.fillStyle = fill;
  ctx.strokeStyle = css(mix(colour, palette.glow, 0.35), 0.6);
  ctx.lineCap = 'round';
  if (feathered) frond(stage, long);
  else blade(stage, long, wide);
  ctx.lineWidth = unit * 0.22;
  ctx.beginPath();
  ctx.moveTo(0, 0);
  ctx.lineTo(long * 0.97, 0);
  ctx.stroke();
  ctx.restore();
}

function blade({ ctx, unit }: Stage, long: number, wide: number): void {
  ctx.beginPath();
  ctx.moveTo(0, 0);
  ctx.bezierCurveTo(long * 0.22, -wide * 1.35, long * 0.72, -wide * 0.95, long, 0);
  ctx.bezierCurveTo(long * 0.72, wide * 0.95, long * 0.22, wide * 1.35, 0, 0);
  ctx.fill();
  ctx.lineWidth = unit * 0.09;
  for (let vein = 1; vein < 10; vein += 1) {
    const at = long * vein * 0.092;
    const reach = wide * 0.86 * Math.sin(Math.PI * (0.12 + vein * 0.082));
    for (const side of [-1, 1]) {
      ctx.beginPath();
      ctx.moveTo(at, 0);
      ctx.quadraticCurveTo(at + long * 0.05, side * reach * 0.6, at + long * 0.11, side * reach);
      ctx.stroke();
    }
  }
}

function frond({ ctx }: Stage, long: number): void {
  for (let pair = 0; pair < 15; pair += 1) {
    const at = long * (0.1 + pair * 0.06);
    const reach = long * 0.3 * Math.sin(Math.PI * (0.2 + pair * 0.05));
    for (const side of [-1, 1]) {
      ctx.beginPath();
      ctx.moveTo(at, 0);
      ctx.quadraticCurveTo(at + reach * 0.3, side * reach * 0.62, at + reach * 0.9, side * reach * 0.85);
      ctx.quadraticCurveTo(at + reach * 0.55, side * reach * 0.4, at + long * 0.035, 0);
      ctx.fill();
    }
  }
}
