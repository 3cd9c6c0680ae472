import { disc } from '../brush.ts';
import { css, mix, type Rgb } from '../colour.ts';
import { vignette } from '../light.ts';
import type { Stage } from '../stage.ts';

/** A wall of tiles in the manner of the Bauhaus: quarter circles, halves, dots and stripes. */
export function geometry(stage: Stage): void {
  const { ctx, width, height, unit, focal, palette } = stage;
  ctx.fillStyle = css(palette.deep);
  ctx.fillRect(0, 0, width, height);
  const across = Math.max(4, Math.round(width / (unit * 19)));
  const side = width / across;
  const down = Math.ceil(height / side);
  for (let row = 0; row < down; row += 1) {
    for (let column = 0; column < across; column += 1) {
      const x = column * side;
      const y = row * side - (down * side - height) / 2;
      const away = Math.hypot(x + side / 2 - focal.x, y + side / 2 - focal.y) / Math.hypot(width, height);
      tile(stage, x, y, side, Math.min(0.82, away * 1.35));
    }
  }
  vignette(stage, 0.5);
}

function colours(stage: Stage, dim: number): [Rgb, Rgb] {
  const { palette, random } = stage;
  const ground = random.pick([palette.deep, palette.deep, palette.mid, palette.mid, palette.haze, palette.ink]);
  const figures: Rgb[] = [palette.haze, palette.glow, palette.accent, palette.mid, palette.deep];
  const others = figures.filter((colour) => colour !== ground);
  const figure = others[random.whole(0, others.length - 1)] ?? palette.glow;
  const low = mix(palette.ink, palette.deep, 0.5);
  return [mix(ground, low, dim), mix(figure, low, dim * 0.92)];
}

function tile(stage: Stage, x: number, y: number, side: number, dim: number): void {
  const { ctx, random } = stage;
  const [ground, figure] = colours(stage, dim);
  ctx.save();
  ctx.translate(x + side / 2, y + side / 2);
  ctx.rotate((random.whole(0, 3) * Math.PI) / 2);
  const h = side / 2;
  ctx.fillStyle = css(ground);
  ctx.fillRect(-h - 0.5, -h - 0.5, side + 1, side + 1);
  ctx.beginPath();
  ctx.rect(-h, -h, side, side);
  ctx.clip();
  ctx.fillStyle = css(figure);
  ctx.strokeStyle = css(figure);
  FIGURES[random.whole(0, FIGURES.length - 1)]?.(stage, h);
  ctx.restore();
}

const full = Math.PI * 2;

/** Each draws into a square from (−h, −h) to (h, h) in the colour that is set. */
const FIGURES: readonly ((stage: Stage, h: number) => void)[] = [
  ({ ctx }, h) => {
    ctx.beginPath();
    ctx.moveTo(-h, -h);
    ctx.arc(-h, -h, h * 2, 0, Math.PI / 2);
    ctx.fill();
  },
  ({ ctx }, h) => {
    for (let ring = 4; ring > 0; ring -= 1) {
      ctx.lineWidth = h * 0.22;
      ctx.beginPath();
      ctx.arc(-h, -h, h * 0.5 * ring - h * 0.14, 0, Math.PI / 2);
      ctx.stroke();
    }
  },
  ({ ctx }, h) => {
    ctx.beginPath();
    ctx.arc(0, -h, h, 0, Math.PI);
    ctx.fill();
    ctx.beginPath();
    ctx.arc(0, h, h, Math.PI, full);
    ctx.fill();
  },
  ({ ctx }, h) => {
    disc(ctx, 0, 0, h * 0.82);
  },
  ({ ctx }, h) => {
    ctx.lineWidth = h * 0.34;
    ctx.beginPath();
    ctx.arc(0, 0, h * 0.64, 0, full);
    ctx.stroke();
  },
  ({ ctx }, h) => {
    ctx.beginPath();
    ctx.moveTo(-h, h);
    ctx.lineTo(h, h);
    ctx.lineTo(-h, -h);
    ctx.fill();
  },
  ({ ctx }, h) => {
    for (let bar = 0; bar < 4; bar += 1) ctx.fillRect(-h + bar * h * 0.5, -h, h * 0.25, h * 2);
  },
  ({ ctx }, h) => {
    for (let row = -1; row <= 1; row += 1) {
      for (let column = -1; column <= 1; column += 1) {
        disc(ctx, column * h * 0.6, row * h * 0.6, h * 0.16);
      }
    }
  },
  ({ ctx }, h) => {
    ctx.beginPath();
    ctx.moveTo(-h, 0);
    ctx.quadraticCurveTo(0, -h * 1.15, h, 0);
    ctx.quadraticCurveTo(0, h * 1.15, -h, 0);
    ctx.fill();
  },
];
