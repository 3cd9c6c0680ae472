import { disc, trace } from '../brush.ts';
import { css, mix, type Rgb } from '../colour.ts';
import { downwards, glow, vignette, wash } from '../light.ts';
import type { Point, Stage } from '../stage.ts';

/** Columns in isometric view that grow towards the light, and the line over their tops. */
export function charts(stage: Stage): void {
  const { ctx, width, height, unit, focal, palette, random } = stage;
  wash(stage, [
    [0, palette.ink],
    [0.45, mix(palette.deep, palette.mid, 0.45)],
    [1, palette.ink],
  ]);
  glow(stage, { x: focal.x, y: focal.y, radius: unit * 62, colour: palette.haze, strength: 0.42 });
  const origin = { x: width * 0.5, y: stage.horizon + height * 0.1 };
  grid(stage, origin);
  const columns = Math.max(5, Math.round(width / (unit * 14)));
  const step = (width * 1.02) / columns;
  const tops: Point[] = [];
  for (let i = 0; i < columns; i += 1) {
    const t = i / (columns - 1);
    const x = width * -0.01 + step * (i + 0.5);
    const y = origin.y + (t - 0.5) * -unit * 9 + unit * 5;
    const tall = unit * (8 + 38 * t ** 1.5) * random.between(0.82, 1.12);
    const last = i === columns - 2;
    const colour = last ? palette.accent : mix(palette.mid, palette.haze, 0.15 + t * 0.75);
    column(stage, { x, y }, Math.min(step * 0.3, unit * 4.6), tall, colour);
    tops.push({ x, y: y - tall - unit * 5.5 });
  }
  trend(stage, tops);
  ctx.globalAlpha = 1;
  vignette(stage, 0.55);
}

function grid(stage: Stage, origin: Point): void {
  const { ctx, width, height, unit, palette } = stage;
  ctx.strokeStyle = css(palette.haze, 0.13);
  ctx.lineWidth = unit * 0.1;
  ctx.beginPath();
  for (let k = -40; k < 40; k += 1) {
    const x = origin.x + k * unit * 7;
    ctx.moveTo(x - width, origin.y + width * 0.5);
    ctx.lineTo(x + width, origin.y - width * 0.5);
    ctx.moveTo(x - width, origin.y - width * 0.5);
    ctx.lineTo(x + width, origin.y + width * 0.5);
  }
  ctx.stroke();
  const fade = ctx.createLinearGradient(0, 0, 0, height);
  fade.addColorStop(0.1, css(palette.ink, 0.85));
  fade.addColorStop(0.5, css(palette.ink, 0.1));
  fade.addColorStop(1, css(palette.ink, 0.75));
  ctx.fillStyle = fade;
  ctx.fillRect(0, 0, width, height);
}

function column({ ctx, palette }: Stage, foot: Point, half: number, tall: number, colour: Rgb): void {
  const rise = half * 0.56;
  const top = foot.y - tall;
  const side = (shade: Rgb, path: readonly Point[]) => {
    ctx.fillStyle = downwards(ctx, top, foot.y + rise, [shade, mix(shade, palette.ink, 0.72)]);
    trace(ctx, path);
    ctx.fill();
  };
  const { x, y } = foot;
  side(mix(colour, palette.ink, 0.12), [
    { x: x - half, y: top },
    { x, y: top + rise },
    { x, y: y + rise },
    { x: x - half, y },
  ]);
  side(mix(colour, palette.ink, 0.48), [
    { x: x + half, y: top },
    { x, y: top + rise },
    { x, y: y + rise },
    { x: x + half, y },
  ]);
  ctx.fillStyle = css(mix(colour, palette.glow, 0.5));
  ctx.beginPath();
  ctx.moveTo(x - half, top);
  ctx.lineTo(x, top - rise);
  ctx.lineTo(x + half, top);
  ctx.lineTo(x, top + rise);
  ctx.fill();
}

function trend(stage: Stage, tops: readonly Point[]): void {
  const { ctx, unit, palette } = stage;
  ctx.strokeStyle = css(palette.glow, 0.95);
  ctx.lineWidth = unit * 0.38;
  ctx.lineJoin = 'round';
  ctx.lineCap = 'round';
  ctx.beginPath();
  tops.forEach((point, index) => {
    const before = tops[index - 1];
    if (!before) ctx.moveTo(point.x, point.y);
    else ctx.bezierCurveTo((before.x + point.x) / 2, before.y, (before.x + point.x) / 2, point.y, point.x, point.y);
  });
  ctx.stroke();
  for (const point of tops) {
    glow(stage, { ...point, radius: unit * 3.4, colour: palette.glow, strength: 0.5 });
    ctx.fillStyle = css(palette.ink);
    disc(ctx, point.x, point.y, unit * 0.82);
    ctx.lineWidth = unit * 0.3;
    ctx.stroke();
  }
}
