import { fromDecibels } from './decibel.ts';

/** A stretch of time, in seconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The music is down when the first word begins, not after it. */
const LOOK_AHEAD_SECONDS = 0.25;
const HOLD_SECONDS = 0.15;
const RELEASE_SECONDS = 0.7;
/** Music that rises between two sentences and falls again at once is heard as pumping. */
const BRIDGE_SECONDS = 1.1;

/** Sorts spans and joins those with less than `gap` seconds between them. Empty ones are dropped. */
export function joinSpans(spans: readonly Span[], gap: number): Span[] {
  const joined: Span[] = [];
  const sorted = spans.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
  for (const span of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && span.start - last.end < gap) {
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else {
      joined.push(span);
    }
  }
  return joined;
}

/**
 * Gain per frame for what must make room for speech: 1 in the open, `duckingDb` down under speech, with an S-shaped way
 * (in decibels, as the ear follows) that ends when speech begins and starts when it has ended.
 */
export function duckingCurve(
  spans: readonly Span[],
  duckingDb: number,
  length: number,
  sampleRate: number,
): Float32Array {
  const gains = new Float32Array(length).fill(1);
  if (duckingDb === 0) return gains;
  const low = fromDecibels(-duckingDb);
  const frame = (seconds: number): number => Math.min(length, Math.max(0, Math.round(seconds * sampleRate)));
  for (const { start, end } of joinSpans(spans, BRIDGE_SECONDS)) {
    const held = end + HOLD_SECONDS;
    fade(gains, frame(start - LOOK_AHEAD_SECONDS), frame(start), (t) => t, duckingDb);
    gains.fill(low, frame(start), frame(held));
    fade(gains, frame(held), frame(held + RELEASE_SECONDS), (t) => 1 - t, duckingDb);
  }
  return gains;
}

function fade(gains: Float32Array, from: number, to: number, way: (t: number) => number, duckingDb: number): void {
  for (let i = from; i < to; i += 1) {
    const t = way((i - from) / (to - from));
    const depth = t * t * (3 - 2 * t);
    gains[i] = Math.min(gains[i] ?? 1, fromDecibels(-duckingDb * depth));
  }
}
