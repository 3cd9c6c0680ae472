import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Point } from './stage.ts';

/** Fills a circle in the colour that is set, and leaves it as the current path. */
export function disc(ctx: SKRSContext2D, x: number, y: number, radius: number): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, Math.PI * 2);
  ctx.fill();
}

/** Begins a path through the points. */
export function trace(ctx: SKRSContext2D, points: Iterable<Point>): void {
  ctx.beginPath();
  // On an empty path lineTo only sets the pen down (HTML, «building paths»).
  for (const { x, y } of points) ctx.lineTo(x, y);
}
