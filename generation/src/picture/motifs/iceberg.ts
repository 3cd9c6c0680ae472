import { trace } from '../brush.ts';
import { css, mix, type Rgb } from '../colour.ts';
import { shadeField } from '../field.ts';
import { glow, vignette, wash } from '../light.ts';
import { fractal, valueNoise } from '../noise.ts';
import { dimScale } from '../ramp.ts';
import type { Point, Stage } from '../stage.ts';
import { stars } from '../stars.ts';

/** An iceberg in cross-section: a little above the water, the mountain below. */
export function iceberg(stage: Stage): void {
  const { ctx, height, unit, focal, palette, shape } = stage;
  const waterline = height * (shape === 'portrait' ? 0.41 : 0.43);
  wash(stage, [
    [0, palette.ink],
    [0.18, palette.deep],
    [0.34, palette.mid],
    [waterline / height, mix(palette.haze, palette.glow, 0.35)],
    [1, palette.ink],
  ]);
  glow(stage, { x: focal.x, y: waterline, radius: unit * 50, colour: palette.glow, strength: 0.35, squash: 0.5 });
  stars(stage, height * 0.26, 0.6);
  water(stage, waterline);
  const scale = Math.min(unit * 30, stage.width * 0.4);
  berg(stage, { x: focal.x, y: waterline }, scale * 0.66, scale * 0.46, -1);
  berg(stage, { x: focal.x, y: waterline }, scale, Math.min(height * 0.4, scale * 1.7), 1);
  surface(stage, waterline);
  ctx.globalAlpha = 1;
  vignette(stage, 0.5);
}

function water(stage: Stage, waterline: number): void {
  const { height, unit, focal, palette, random } = stage;
  const noise = fractal(valueNoise(random), 3);
  const colours = dimScale(palette);
  shadeField(
    stage,
    6,
    (x, y, cell) => {
      const down = (y - waterline) / (height - waterline);
      const slant = (x - focal.x) / (unit * 60) - down * 0.35;
      const beam = noise(slant * 5 + 9, 1.5) * Math.exp(-down * 2.6);
      colours(0.72 * (1 - down) ** 1.5 + beam * 0.34 - 0.04, cell);
    },
    'source-over',
    waterline,
    height,
  );
}

/** One half of the ice: facets between a jagged outline and an inner ridge, each with the light it catches. */
function berg(stage: Stage, centre: Point, half: number, tall: number, way: 1 | -1): void {
  const { ctx, palette, random } = stage;
  const steps = 11;
  const outline: Point[] = [];
  for (let i = 0; i <= steps; i += 1) {
    const t = i / steps;
    const arc = Math.sin(Math.PI * t) ** (way > 0 ? 0.75 : 0.9);
    const rough = i === 0 || i === steps ? 0 : random.between(-0.1, 0.1);
    outline.push({
      x: centre.x + (t * 2 - 1 + rough * 0.5) * half,
      y: centre.y + way * tall * Math.max(0, arc + rough),
    });
  }
  const spine = outline.map((point, index) => ({
    x: centre.x + (point.x - centre.x) * random.between(0.2, 0.5) + (index - steps / 2) * half * 0.02,
    y: centre.y + (point.y - centre.y) * random.between(0.3, 0.62),
  }));
  for (let i = 0; i < steps; i += 1) {
    const a = outline[i];
    const b = outline[i + 1];
    const c = spine[i + 1];
    const d = spine[i];
    if (!a || !b || !c || !d) continue;
    const foot = { x: (a.x + b.x) / 2, y: centre.y };
    facet(stage, [a, b, c], shadeOf(stage, centre, a, way, half, tall));
    facet(stage, [a, c, d], shadeOf(stage, centre, d, way, half, tall));
    facet(stage, [d, c, foot], shadeOf(stage, centre, foot, way, half, tall));
    facet(stage, [d, foot, { x: a.x, y: centre.y }], shadeOf(stage, centre, d, way, half, tall));
    facet(stage, [c, foot, { x: b.x, y: centre.y }], shadeOf(stage, centre, c, way, half, tall));
  }
  ctx.strokeStyle = css(palette.glow, way < 0 ? 0.6 : 0.25);
}

function shadeOf(stage: Stage, centre: Point, at: Point, way: 1 | -1, half: number, tall: number): Rgb {
  const { palette, random } = stage;
  const across = (at.x - centre.x) / half;
  const light = 0.5 - across * 0.5 + random.between(-0.2, 0.2);
  if (way < 0) return mix(mix(palette.haze, palette.mid, 0.25), mix(palette.glow, [255, 255, 255], 0.55), light);
  const down = Math.abs(at.y - centre.y) / tall;
  const near = mix(palette.mid, mix(palette.haze, palette.glow, 0.35), light);
  return mix(near, palette.deep, Math.min(0.92, down * 0.95 + 0.05));
}

function facet({ ctx }: Stage, corners: readonly Point[], colour: Rgb): void {
  ctx.fillStyle = css(colour);
  ctx.strokeStyle = css(colour);
  ctx.lineWidth = 1;
  trace(ctx, corners);
  ctx.closePath();
  ctx.fill();
  ctx.stroke();
}

function surface(stage: Stage, waterline: number): void {
  const { ctx, width, unit, palette, random } = stage;
  const phase = random.between(0, 6);
  const level = (x: number) =>
    waterline + Math.sin(x / (unit * 6) + phase) * unit * 0.35 + Math.sin(x / (unit * 2.3)) * unit * 0.14;
  ctx.fillStyle = css(mix(palette.haze, palette.glow, 0.35), 0.3);
  ctx.beginPath();
  ctx.moveTo(0, waterline + unit * 2.4);
  for (let x = 0; x <= width; x += unit / 2) ctx.lineTo(x, level(x));
  ctx.lineTo(width, waterline + unit * 2.4);
  ctx.fill();
  ctx.strokeStyle = css(palette.glow, 0.85);
  ctx.lineWidth = unit * 0.2;
  ctx.beginPath();
  for (let x = 0; x <= width; x += unit / 2) ctx.lineTo(x, level(x));
  ctx.stroke();
}
