import { CallError } from '@callsheet/protocol';
import { checkTimeline } from '../compositor/check-timeline.ts';
import type { Timeline } from '../compositor/timeline.ts';
import type { Size } from '../compositor/window.ts';
import type { PlateSpec } from '../picture/paint.ts';
import { QUALITIES, type Quality } from './quality.ts';

/** A video to render, as plain JSON. */
export interface RenderJob<Spec extends Size = PlateSpec> {
  readonly timeline: Timeline;
  /** What to paint; shots name them by index. Sizes are those of the painted plates. */
  readonly plates: readonly Spec[];
  /** Captions in Advanced SubStation Alpha, or null for none. */
  readonly assPath: string | null;
  /** The only fonts captions may use; null when there are no captions. */
  readonly fontsDir: string | null;
  /** The finished soundtrack, or null for a silent file. */
  readonly wavPath: string | null;
  readonly quality: Quality;
  /** The MP4 to write. It appears when it is complete; until then the work is in `<outputPath>.part`. */
  readonly outputPath: string;
  /** As `resolveFfmpeg` found it. */
  readonly ffmpegPath: string;
  /** Longest time the render may take. Default: 10 minutes and 30 times the duration. */
  readonly timeoutMs?: number;
}

/** Refuses a job that cannot be rendered. Throws CallError INVALID_PARAMS. */
export function checkRenderJob<Spec extends Size>(job: RenderJob<Spec>): void {
  checkTimeline(job.timeline, job.plates.length);
  if (!QUALITIES.includes(job.quality)) {
    throw new CallError('INVALID_PARAMS', `Cannot render in quality "${job.quality}": choose ${QUALITIES.join(', ')}`);
  }
  if (job.timeoutMs !== undefined && !(job.timeoutMs > 0)) {
    throw new CallError('INVALID_PARAMS', `Cannot render within "${job.timeoutMs}" ms: allow a positive time`);
  }
}

/** The longest time a job may take, in milliseconds. */
export function timeLimit({ timeline, timeoutMs }: Pick<RenderJob, 'timeline' | 'timeoutMs'>): number {
  return timeoutMs ?? 600_000 + timeline.durationSeconds * 30_000;
}
