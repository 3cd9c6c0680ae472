import type { View } from './timeline.ts';

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The piece of a plate that fills the frame, in plate pixels. */
export interface Window {
  /** Left edge. */
  readonly x: number;
  /** Top edge. */
  readonly y: number;
  /** Plate pixels per frame pixel, the same in both directions. */
  readonly step: number;
}

/**
 * Where the camera stands between two views.
 *
 * The ends are moved inside the plate, and edges and step are interpolated, not the centre and the zoom: what lies
 * between two windows inside the plate is inside the plate too, so a move needs no correction on its way and has no kink.
 */
export function windowAt(from: View, to: View, progress: number, plate: Size, frame: Size): Window {
  const start = windowOf(from, plate, frame);
  const end = windowOf(to, plate, frame);
  const between = (a: number, b: number) => a + (b - a) * progress;
  return { x: between(start.x, end.x), y: between(start.y, end.y), step: between(start.step, end.step) };
}

/** The window of one view. */
export function windowOf(view: View, plate: Size, frame: Size): Window {
  const step = Math.min(plate.width / frame.width, plate.height / frame.height) / view.zoom;
  return {
    x: edge(view.x, plate.width, frame.width * step),
    y: edge(view.y, plate.height, frame.height * step),
    step,
  };
}

function edge(centre: number, length: number, seen: number): number {
  return Math.min(Math.max(centre * length - seen / 2, 0), Math.max(length - seen, 0));
}

/** True when both windows show the same pixels, so that a frame need not be drawn again. */
export function sameWindow(a: Window, b: Window): boolean {
  return a.x === b.x && a.y === b.y && a.step === b.step;
}
