/** ASS drawings (`\p`), made so that a drawing's own origin stays where `\an7\pos` puts it. */

export interface Pen {
  readonly x: number;
  readonly y: number;
}

/** Drawing coordinates are whole numbers; `\p4` divides them by 8, which leaves eighths of a pixel. */
const SCALE = 8;
export const DRAWING_MODE = 4;

const at = ({ x, y }: Pen) => `${Math.round(x * SCALE)} ${Math.round(y * SCALE)}`;

/**
 * libass places a drawing by its bounding box, not by its origin; two marks without area pin the box to the given size,
 * so that steps of an animation do not jump.
 */
export function pinned(path: string, width: number, height: number): string {
  const corner = at({ x: width, y: height });
  return `m 0 0 l 0 0 ${path} m ${corner} l ${corner}`;
}

function polygon(points: readonly Pen[]): string {
  return points.map((point, index) => `${index === 0 ? 'm' : index === 1 ? 'l ' : ''} ${at(point)}`.trim()).join(' ');
}

/** 0.5523: the usual distance of a cubic's control points for a quarter circle. */
const ROUND = 0.5523;

/** A rectangle from (0, 0) with rounded corners; a radius of half the height makes a pill. */
export function roundedRectangle(width: number, height: number, radius: number): string {
  const r = Math.min(radius, width / 2, height / 2);
  const k = r * (1 - ROUND);
  const curve = (a: Pen, b: Pen, c: Pen) => `b ${at(a)} ${at(b)} ${at(c)}`;
  return [
    `m ${at({ x: r, y: 0 })} l ${at({ x: width - r, y: 0 })}`,
    curve({ x: width - k, y: 0 }, { x: width, y: k }, { x: width, y: r }),
    `l ${at({ x: width, y: height - r })}`,
    curve({ x: width, y: height - k }, { x: width - k, y: height }, { x: width - r, y: height }),
    `l ${at({ x: r, y: height })}`,
    curve({ x: k, y: height }, { x: 0, y: height - k }, { x: 0, y: height - r }),
    `l ${at({ x: 0, y: r })}`,
    curve({ x: 0, y: k }, { x: k, y: 0 }, { x: r, y: 0 }),
  ].join(' ');
}

/** A part of a ring, clockwise from the top, with round ends; the ring's box starts at (0, 0). */
export function ringArc(radius: number, thickness: number, share: number): string {
  const steps = Math.max(2, Math.ceil(share * 90));
  const sweep = share * Math.PI * 2;
  const inner = radius - thickness;
  const middle = radius - thickness / 2;
  const on = (angle: number, distance: number): Pen => ({
    x: radius + Math.sin(angle) * distance,
    y: radius - Math.cos(angle) * distance,
  });
  const outside = Array.from({ length: steps + 1 }, (_, step) => on((sweep * step) / steps, radius));
  const inside = Array.from({ length: steps + 1 }, (_, step) => on((sweep * (steps - step)) / steps, inner));
  const cap = (angle: number, direction: number) =>
    Array.from({ length: 9 }, (_, step) => {
      const turn = (Math.PI * (step + 1)) / 10;
      const out = Math.cos(turn) * (thickness / 2) * direction;
      const along = (Math.sin(turn) * (thickness / 2)) / middle;
      return on(angle + along * direction, middle + out);
    });
  return polygon([...outside, ...cap(sweep, 1), ...inside, ...cap(0, -1)]);
}
