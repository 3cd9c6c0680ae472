import type { Shot, Timeline } from '../../src/compositor/timeline.ts';

const STILL = { x: 0.5, y: 0.5, zoom: 1 };

/** A shot of plate 0 that holds still from 0 to 1 second and begins with a cut, unless told otherwise. */
export function shotOf(facts: Partial<Shot> = {}): Shot {
  return {
    plate: 0,
    start: 0,
    end: 1,
    from: STILL,
    to: STILL,
    transition: { kind: 'cut', seconds: 0 },
    easing: 'linear',
    ...facts,
  };
}

/** A small, short timeline of the given shots; it lasts as long as they do. */
export function timelineOf(shots: readonly Shot[], facts: Partial<Timeline> = {}): Timeline {
  return { width: 64, height: 36, fps: 10, durationSeconds: shots.at(-1)?.end ?? 1, shots, ...facts };
}
