import type { SKRSContext2D } from '@napi-rs/canvas';
import { fractal, valueNoise } from './noise.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Point } from './stage.ts';

export interface RidgeShape {
  readonly width: number;
  /** Mean height of the line, pixels from the top. */
  readonly base: number;
  /** Distance from the lowest to the highest point, pixels. */
  readonly relief: number;
  /** Length of one big swell, pixels. */
  readonly wavelength: number;
  /** 1 is a smooth swell, 6 is rock. */
  readonly octaves: number;
  /** 0 keeps the noise as it is; 1 folds it into sharp crests. */
  readonly sharpness?: number;
}

/** The upper edge of a hill, ridge or dune from the left border to the right one. */
export function ridgeLine(random: SeededRandom, shape: RidgeShape): Point[] {
  const noise = fractal(valueNoise(random), shape.octaves);
  const offset = random.between(0, 100);
  const step = Math.max(3, Math.min(10, shape.width / 260));
  const points: Point[] = [];
  for (let x = -step; x <= shape.width + step; x += step) {
    // Summed octaves crowd around a half; stretched, the line uses the relief it was given.
    const raw = Math.min(1, Math.max(0, (noise(offset + x / shape.wavelength, 7.7) - 0.5) * 1.8 + 0.5));
    const folded = 1 - Math.abs(raw * 2 - 1);
    const sharp = shape.sharpness ?? 0;
    points.push({ x, y: shape.base - (raw * (1 - sharp) + folded * sharp - 0.5) * shape.relief });
  }
  return points;
}

/** Height of the line at `x`, by the nearest point. */
export function heightAt(line: readonly Point[], x: number): number {
  const first = line[0];
  const second = line[1];
  if (!first || !second) return 0;
  const index = Math.round((x - first.x) / (second.x - first.x));
  return line[Math.min(line.length - 1, Math.max(0, index))]?.y ?? first.y;
}

/** Makes a closed path of everything between the line and `bottom`. */
export function groundPath(ctx: SKRSContext2D, line: readonly Point[], bottom: number): void {
  const first = line[0];
  const last = line.at(-1);
  if (!first || !last) return;
  ctx.beginPath();
  ctx.moveTo(first.x, bottom);
  for (const point of line) ctx.lineTo(point.x, point.y);
  ctx.lineTo(last.x, bottom);
  ctx.closePath();
}
