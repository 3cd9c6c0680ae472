import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { CallError } from '@callsheet/protocol';
import { frameCount } from '../compositor/timeline.ts';
import type { Size } from '../compositor/window.ts';
import { fontConfiguration } from '../ffmpeg/font-configuration.ts';
import { type FfmpegInput, runFfmpeg } from '../ffmpeg/run-ffmpeg.ts';
import type { Plate } from '../picture/plate.ts';
import { Camera } from './camera.ts';
import { encoderArguments } from './encoder-arguments.ts';
import { checkRenderJob, type RenderJob, timeLimit } from './render-job.ts';

export interface RenderProgress {
  /** Frames handed to the encoder. */
  readonly frames: number;
  /** Frames in the whole video. */
  readonly total: number;
}

export interface RenderRun<Spec extends Size> {
  /** Paints one plate; called in the order of need, once per plate while it stays in use. */
  readonly paint: (spec: Spec) => Plate;
  /** Ends ffmpeg at once and leaves no file; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** At most a hundred times, and at the last frame. */
  readonly onProgress?: (progress: RenderProgress) => void;
}

export interface RenderResult {
  readonly frames: number;
  /** Length of the video. */
  readonly seconds: number;
  /** Size of the file. */
  readonly bytes: number;
}

/**
 * Renders a video: frames are drawn here and piped raw into one ffmpeg, which draws captions and encodes picture and
 * sound. Heavy: run it off the event loop that serves others.
 *
 * @throws CallError INVALID_PARAMS for a bad job; what `runFfmpeg` throws; the signal's reason
 */
export async function renderVideo<Spec extends Size>(
  job: RenderJob<Spec>,
  run: RenderRun<Spec>,
): Promise<RenderResult> {
  checkRenderJob(job);
  run.signal?.throwIfAborted();
  const frames = frameCount(job.timeline);
  const partPath = `${job.outputPath}.part`;
  const scratch = await mkdtemp(`${job.outputPath}.fonts-`);
  try {
    const fontsFile = join(scratch, 'fonts.conf');
    await writeFile(fontsFile, fontConfiguration(job.fontsDir ?? scratch, scratch));
    const { progress } = await runFfmpeg({
      path: job.ffmpegPath,
      args: encoderArguments(job, frames, partPath),
      env: { FONTCONFIG_FILE: fontsFile },
      timeoutMs: timeLimit(job),
      feed: (input) => feedFrames(input, new Camera({ ...job, paint: run.paint }), frames, run.onProgress),
      ...(run.signal !== undefined && { signal: run.signal }),
    });
    if (progress?.frame !== frames) {
      const sentence = `ffmpeg encoded "${progress?.frame ?? 0}" of ${frames} frames and called it done; render again`;
      throw new CallError('TOOL_FAILED', sentence, { retryable: true });
    }
    await rename(partPath, job.outputPath);
    const { size } = await stat(job.outputPath);
    return { frames, seconds: frames / job.timeline.fps, bytes: size };
  } finally {
    await Promise.all([rm(partPath, { force: true }), rm(scratch, { recursive: true, force: true })]);
  }
}

/** Draws one frame while the one before is on its way to ffmpeg; never further ahead. */
async function feedFrames<Spec extends Size>(
  input: FfmpegInput,
  camera: Camera<Spec>,
  total: number,
  onProgress: RenderRun<Spec>['onProgress'],
): Promise<void> {
  const every = Math.max(1, Math.ceil(total / 100));
  let sent: Promise<void> = Promise.resolve();
  for (let frame = 0; frame < total; frame++) {
    const bytes = camera.shoot(frame);
    await sent;
    // Small frames fit the pipe at once; without a turn of the event loop no cancellation would ever be heard.
    await setImmediate();
    sent = input.write(bytes);
    const frames = frame + 1;
    if (frames % every === 0 || frames === total) onProgress?.({ frames, total });
  }
  await sent;
}
