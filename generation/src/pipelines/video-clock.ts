import type { TimedWord } from '../timed-word.ts';
import { LEAD_IN_SECONDS, type NarrationFacts, TAIL_SECONDS } from './narration.ts';

/** A scene's time in the video. Scenes follow each other without a gap, from the first frame to the last. */
export interface ClockedScene {
  /** Seconds. */
  readonly start: number;
  /** Seconds. */
  readonly end: number;
  readonly words: readonly TimedWord[];
}

/** The narration on the clock of the video. */
export interface VideoClock {
  readonly durationSeconds: number;
  readonly scenes: readonly ClockedScene[];
  readonly words: readonly TimedWord[];
}

/** The next scene's picture comes a moment before its first word. */
const PICTURE_LEADS_SECONDS = 0.25;

/**
 * Sets the narration into the video: a lead-in before the first word, a tail after the last, each scene's picture from a
 * moment before its first word. Lasts a whole number of frames.
 */
export function videoClock(narration: Pick<NarrationFacts, 'seconds' | 'scenes'>, fps: number): VideoClock {
  const frames = Math.ceil((LEAD_IN_SECONDS + narration.seconds + TAIL_SECONDS) * fps);
  const durationSeconds = frames / fps;
  const starts = narration.scenes.map(({ start }, index) =>
    index === 0 ? 0 : start + LEAD_IN_SECONDS - PICTURE_LEADS_SECONDS,
  );
  const scenes = narration.scenes.map(({ words }, index) => ({
    start: starts[index] ?? 0,
    end: starts[index + 1] ?? durationSeconds,
    words: words.map(({ w, start, end }) => ({ w, start: start + LEAD_IN_SECONDS, end: end + LEAD_IN_SECONDS })),
  }));
  return { durationSeconds, scenes, words: scenes.flatMap(({ words }) => words) };
}
