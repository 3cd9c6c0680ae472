import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Palette } from './palette.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The shape of a picture; composition follows it. */
export type Shape = 'portrait' | 'square' | 'landscape';

/** All a motif gets to paint with. Lengths are pixels of the plate. */
export interface Stage {
  readonly ctx: SKRSContext2D;
  readonly width: number;
  readonly height: number;
  /** One hundredth of the geometric mean of width and height: the measure for strokes and small things. */
  readonly unit: number;
  readonly shape: Shape;
  /** Where the eye should land: between the title zone and the caption zone, off the centre when there is room. */
  readonly focal: Point;
  /** Where sky and ground meet, just above the caption zone. */
  readonly horizon: number;
  readonly palette: Palette;
  readonly random: SeededRandom;
  /** A word the typographic motif may show. */
  readonly text: string;
}

/** Paints a whole plate, corner to corner. */
export type Motif = (stage: Stage) => void;

export function shapeOf(width: number, height: number): Shape {
  const ratio = width / height;
  if (ratio < 0.9) return 'portrait';
  return ratio > 1.15 ? 'landscape' : 'square';
}

const COMPOSITION: Record<Shape, { readonly x: number; readonly y: number; readonly horizon: number }> = {
  portrait: { x: 0.5, y: 0.42, horizon: 0.6 },
  square: { x: 0.58, y: 0.44, horizon: 0.63 },
  landscape: { x: 0.66, y: 0.44, horizon: 0.66 },
};

/** Sets up the stage: where the eye lands depends on the shape, and wide pictures may be mirrored by chance. */
export function setStage(
  ctx: SKRSContext2D,
  size: { readonly width: number; readonly height: number },
  palette: Palette,
  random: SeededRandom,
  text: string,
): Stage {
  const { width, height } = size;
  const shape = shapeOf(width, height);
  const { x, y, horizon } = COMPOSITION[shape];
  const side = random.chance(0.35) ? 1 - x : x;
  return {
    ctx,
    width,
    height,
    unit: Math.sqrt(width * height) / 100,
    shape,
    focal: { x: width * (side + random.between(-0.03, 0.03)), y: height * (y + random.between(-0.015, 0.015)) },
    horizon: height * (horizon + random.between(-0.015, 0.015)),
    palette,
    random,
    text,
  };
}
