import { css, mix } from '../colour.ts';
import { coniferPath } from '../conifer.ts';
import { shadeField } from '../field.ts';
import { vignette } from '../light.ts';
import { fractal, valueNoise } from '../noise.ts';
import { ramp } from '../ramp.ts';
import type { Stage } from '../stage.ts';
import { stars } from '../stars.ts';
import { groundPath, heightAt, ridgeLine } from '../terrain.ts';

/** Curtains of northern light over a dark lake with a spruce shore. */
export function aurora(stage: Stage): void {
  const shore = stage.horizon + stage.height * 0.04;
  sky(stage, shore);
  stars(stage, shore * 0.9, 0.9);
  const { ctx, width, height, palette } = stage;
  ctx.save();
  ctx.translate(0, shore * 2);
  ctx.scale(1, -1);
  ctx.globalAlpha = 0.85;
  ctx.drawImage(ctx.canvas, 0, shore * 2 - height, width, height - shore, 0, shore * 2 - height, width, height - shore);
  ctx.restore();
  const fade = ctx.createLinearGradient(0, shore, 0, height);
  fade.addColorStop(0, css(palette.ink, 0.35));
  fade.addColorStop(0.75, css(palette.ink, 0.9));
  ctx.fillStyle = fade;
  ctx.fillRect(0, shore, width, height - shore);
  treeLine(stage, shore);
  vignette(stage, 0.5);
}

function sky(stage: Stage, shore: number): void {
  const { width, height, focal, palette } = stage;
  const base = ramp([
    [0, palette.ink],
    [0.7, palette.deep],
    [1, mix(palette.deep, palette.mid, 0.6)],
  ]);
  const top = mix(palette.accent, palette.deep, 0.15);
  const low = palette.haze;
  const curtains = [0, 1, 2].map((index) => ({
    foot: focal.y + height * (0.1 - index * 0.115),
    long: height * (0.2 + index * 0.06),
    columns: folds(stage, 1 - index * 0.22),
  }));
  shadeField(
    stage,
    STEP,
    (x, y, cell) => {
      base(y / shore, cell);
      const column = Math.floor(x / STEP);
      for (const { foot, long, columns } of curtains) {
        const { swing, light } = columns[column] ?? STILL;
        const rise = (foot + swing - y) / long;
        if (rise < -0.2) continue;
        const body = rise < 0 ? Math.exp(-((rise / 0.06) ** 2)) : Math.exp(-rise * 2.4);
        const shine = Math.min(1, body * light);
        const up = Math.min(1, Math.max(0, rise * 1.15));
        cell[0] += (low[0] + (top[0] - low[0]) * up - cell[0] * 0.4) * shine;
        cell[1] += (low[1] + (top[1] - low[1]) * up - cell[1] * 0.4) * shine;
        cell[2] += (low[2] + (top[2] - low[2]) * up - cell[2] * 0.4) * shine;
      }
    },
    'source-over',
    0,
    Math.min(height, shore + width * 0.01),
  );
}

/** Side of a cell of the sky, pixels. */
const STEP = 5;

interface Fold {
  /** How far the foot of the curtain is moved down, pixels. */
  readonly swing: number;
  readonly light: number;
}

const STILL: Fold = { swing: 0, light: 0 };

/** A curtain's folds, column by column: they depend on nothing else. */
function folds({ width, height, unit, random }: Stage, power: number): Fold[] {
  const noise = fractal(valueNoise(random), 3);
  const scale = unit * 46;
  return Array.from({ length: Math.ceil(width / STEP) + 2 }, (_, column) => {
    const x = column * STEP;
    const swing = (noise(x / scale, 3) - 0.5) * height * 0.3;
    const rays = 0.35 + 0.9 * noise(x / (unit * 2.6) + swing * 0.02, 8) * noise(x / (unit * 13), 5);
    return { swing, light: rays * power * 1.5 * (0.25 + noise(x / (scale * 0.8), 40)) };
  });
}

function treeLine(stage: Stage, shore: number): void {
  const { ctx, width, height, unit, focal, palette, random } = stage;
  const far = ridgeLine(random, {
    width,
    base: shore - unit * 2.5,
    relief: unit * 9,
    wavelength: unit * 40,
    octaves: 4,
  });
  ctx.fillStyle = css(mix(palette.deep, palette.ink, 0.45));
  groundPath(ctx, far, shore + unit * 0.3);
  ctx.fill();
  ctx.fillStyle = css(palette.ink);
  const line = ridgeLine(random, {
    width,
    base: shore + unit * 1.4,
    relief: unit * 2,
    wavelength: unit * 30,
    octaves: 2,
  });
  ctx.beginPath();
  for (let x = -unit * 2; x < width + unit * 2; x += unit * random.between(0.8, 2.6)) {
    const away = Math.min(1, Math.abs(x - focal.x) / (width * 0.5));
    const tall = unit * random.between(3.5, 8) * (0.45 + away * 1.5);
    coniferPath(ctx, random, x, heightAt(line, x), tall);
  }
  ctx.fill();
  ctx.beginPath();
  ctx.rect(0, shore + unit * 0.8, width, unit * 0.9);
  ctx.fill();
  const glimmer = ctx.createLinearGradient(0, shore + unit * 1.6, 0, height);
  glimmer.addColorStop(0, css(palette.haze, 0.1));
  glimmer.addColorStop(0.2, css(palette.haze, 0));
  ctx.fillStyle = glimmer;
  ctx.fillRect(0, shore + unit * 1.6, width, height - shore);
}
