import type { Timeline } from '../../src/compositor/timeline.ts';
import type { Size } from '../../src/compositor/window.ts';
import type { Plate } from '../../src/picture/plate.ts';
import { shotOf } from '../compositor/shots.ts';

/** A plate for tests: a slope from dark to light, and one colour. */
export interface SlopeSpec extends Size {
  readonly colour: number;
}

export function paintSlope({ width, height, colour }: SlopeSpec): Plate {
  const luma = width * height;
  const data = new Uint8Array(luma * 1.5).fill(colour, luma);
  for (let at = 0; at < luma; at++) data[at] = 40 + Math.round((150 * (at % width)) / width);
  return { width, height, data };
}

/** `count` slopes of 192×112. */
export function slopes(count: number): SlopeSpec[] {
  return Array.from({ length: count }, (_, index) => ({ width: 192, height: 112, colour: 90 + index * 25 }));
}

/** A second of each plate at 160×96 and 10 frames a second, in slow motion, with crossfades and a fade out. */
export function slideShow(plates: number): Timeline {
  return {
    width: 160,
    height: 96,
    fps: 10,
    durationSeconds: plates,
    fadeOutSeconds: 0.3,
    shots: Array.from({ length: plates }, (_, plate) =>
      shotOf({
        plate,
        start: plate,
        end: plate + 1,
        from: { x: 0.4, y: 0.5, zoom: 1.05 },
        to: { x: 0.6, y: 0.5, zoom: 1.15 },
        transition: { kind: 'fade', seconds: 0.3 },
        easing: 'ease-in-out',
      }),
    ),
  };
}
