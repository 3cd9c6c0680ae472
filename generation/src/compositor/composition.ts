import { ease } from './easing.ts';
import { frameCount, type Shot, type Timeline } from './timeline.ts';

/** One shot at one moment: how far its camera has moved from `from` to `to`, 0 to 1. */
export interface Take {
  readonly shot: Shot;
  readonly progress: number;
}

/** What one frame shows. */
export interface Composition {
  /** The picture, or undefined for black. */
  readonly base: Take | undefined;
  /** What fades in over it. */
  readonly over?: Take;
  /** How much of `over` shows, in 1/256; 0 when there is none. */
  readonly mix: number;
  /** How much black covers everything, in 1/256. */
  readonly black: number;
}

/** Mixes are whole numbers of 1/256, the kernel's unit. */
const FULL = 256;

/** Answers what a frame shows. Pure: the same timeline and frame give the same answer. Expects a checked timeline. */
export function compositionAt(timeline: Timeline, frame: number): Composition {
  const spans = timeline.shots.map((shot) => spanOf(shot, timeline.fps));
  const index = spans.findLastIndex((span) => span.first <= frame);
  const take = takeAt(timeline, spans, Math.max(index, 0), frame);
  const fade = spans[index]?.fade ?? 0;
  const into = frame - (spans[index]?.first ?? 0);
  const black = blackAt(timeline, frame);
  if (into >= fade) return { base: take, mix: 0, black };
  const base = index > 0 ? takeAt(timeline, spans, index - 1, frame) : undefined;
  return { base, over: take, mix: fadeStep(into, fade), black };
}

/** A shot in frames. */
interface Span {
  readonly shot: Shot;
  readonly first: number;
  /** Frames of its opening fade. */
  readonly fade: number;
}

function spanOf(shot: Shot, fps: number): Span {
  const fade = shot.transition.kind === 'fade' ? Math.round(shot.transition.seconds * fps) : 0;
  return { shot, first: Math.round(shot.start * fps), fade };
}

/** A camera moves until its picture is gone, so that nothing freezes under a crossfade. */
function takeAt(timeline: Timeline, spans: readonly Span[], index: number, frame: number): Take {
  const span = spans[index];
  if (span === undefined) throw new RangeError(`Cannot compose frame "${frame}": the timeline has no shots`);
  const next = spans[index + 1];
  const last = (next === undefined ? frameCount(timeline) : next.first + next.fade) - 1;
  const share = last > span.first ? (frame - span.first) / (last - span.first) : 0;
  return { shot: span.shot, progress: ease(span.shot.easing, share) };
}

/** Step `into` of a fade of `length` frames; neither 0 nor full, for those are the frames around it. */
function fadeStep(into: number, length: number): number {
  return Math.round(ease('ease-in-out', (into + 1) / (length + 1)) * FULL);
}

function blackAt(timeline: Timeline, frame: number): number {
  const length = Math.round((timeline.fadeOutSeconds ?? 0) * timeline.fps);
  const into = frame - (frameCount(timeline) - length);
  return into < 0 ? 0 : Math.round(ease('ease-in-out', (into + 1) / length) * FULL);
}
