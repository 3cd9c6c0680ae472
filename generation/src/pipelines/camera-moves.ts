import type { View } from '../compositor/timeline.ts';

/** Where a camera starts and where it ends. */
export interface Move {
  readonly from: View;
  readonly to: View;
}

/** Whether a shot shows the whole plate or a piece of it; the same plate in both is two pictures. */
export type Crop = 'wide' | 'close';

interface MoveShape {
  /** How the zoom changes over the reference length, as a factor. */
  readonly zoom: number;
  /** Which way the centre travels, and how much of the way a camera may go. */
  readonly x: number;
  readonly y: number;
}

/** In an order in which neighbours go different ways. */
const MOVES: readonly MoveShape[] = [
  { zoom: 1.09, x: 0, y: -0.25 },
  { zoom: 1, x: 1, y: 0 },
  { zoom: 1 / 1.09, x: 0, y: 0.25 },
  { zoom: 1, x: 0, y: -1 },
  { zoom: 1.09, x: 0.35, y: 0 },
  { zoom: 1, x: -1, y: 0 },
  { zoom: 1 / 1.09, x: -0.35, y: 0 },
  { zoom: 1, x: 0, y: 1 },
];

const REFERENCE_SECONDS = 3.2;
/** A pan needs room: the middle zoom of each crop. */
const ZOOM: { readonly [crop in Crop]: number } = { wide: 1.12, close: 1.42 };
/** How much of the room beside the view a pan may use on each side. */
const REACH = 0.9;
/** Share of the plate, to each side, over the reference length. A close view has room for leaps, and those make dizzy. */
const MOST_TRAVEL = 0.055;

/** How many different moves there are. */
export const MOVE_COUNT = MOVES.length;

/**
 * The move of a shot: slow, at the same pace whatever the shot's length, never leaving the plate.
 * @param index any whole number from 0; neighbours move differently
 */
export function cameraMove(index: number, crop: Crop, seconds: number): Move {
  const shape = MOVES[index % MOVES.length] ?? { zoom: 1, x: 0, y: 0 };
  const pace = Math.min(1.5, seconds / REFERENCE_SECONDS);
  const middle = ZOOM[crop];
  const half = Math.sqrt(shape.zoom ** pace);
  const from = middle / half;
  const to = middle * half;
  const travel = Math.min(REACH * room(Math.min(from, to)), MOST_TRAVEL * pace);
  return {
    from: { x: 0.5 - shape.x * travel, y: 0.5 - shape.y * travel, zoom: from },
    to: { x: 0.5 + shape.x * travel, y: 0.5 + shape.y * travel, zoom: to },
  };
}

/** Share of the plate that lies beside a centred view, on each side. */
function room(zoom: number): number {
  return 0.5 - 0.5 / zoom;
}
