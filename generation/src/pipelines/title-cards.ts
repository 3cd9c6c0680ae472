import type { Scene } from '../script/scenes.ts';
import type { VideoClock } from './video-clock.ts';

/** A title and when it stands, in seconds. */
export interface TitleTime {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Long enough to be read twice. */
const SHOWN_SECONDS = 3;
/** After the picture has changed. */
const DELAY_SECONDS = 0.3;
/** A scene shorter than this has no time for a title. */
const SHORTEST_SECONDS = 1.5;

/** The opening card says what the video is about, when that can be said in two lines. */
const LONGEST_OPENING = 48;

/**
 * The title of each scene, shown as the scene begins.
 * @param opening what the video is about; stands in for the first title unless it is too long or absent
 */
export function titleCards(scenes: readonly Scene[], clock: VideoClock, opening?: string): TitleTime[] {
  const first = opening !== undefined && opening.length <= LONGEST_OPENING ? opening : undefined;
  return scenes.flatMap(({ title }, index) => {
    const time = clock.scenes[index];
    if (time === undefined || time.end - time.start < SHORTEST_SECONDS) return [];
    const start = time.start + DELAY_SECONDS;
    return [
      { text: (index === 0 ? first : undefined) ?? title, start, end: Math.min(start + SHOWN_SECONDS, time.end - 0.1) },
    ];
  });
}
