import { channel } from 'node:diagnostics_channel';
import { createReadStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CHANNELS,
  type JsonObject,
  type ObservationChannel,
  type OccurrenceObservation,
  type ToolContext,
} from '@callsheet/protocol';
import type { Quality } from '../render/quality.ts';
import { ownedBuffers } from '../threads/owned-buffers.ts';
import type { PaintAhead } from './paint-ahead.ts';
import type { ShotPlan } from './shot-plan.ts';
import type { MixFacts } from './soundtrack.ts';
import { type StageFile, stageFile } from './stage-file.ts';
import { stageKey } from './stage-key.ts';
import type { StageProgress } from './stage-progress.ts';
import type { Studio } from './studio.ts';

export interface RenderStageJob {
  readonly ctx: ToolContext;
  readonly studio: Studio;
  readonly progress: StageProgress;
  readonly plan: ShotPlan;
  readonly quality: Quality;
  /** Captions and titles in Advanced SubStation Alpha, and where their fonts lie. */
  readonly drawn?: { readonly ass: string; readonly fontsDir: string };
  readonly soundtrack?: StageFile<MixFacts>;
  /** Plates that were painted meanwhile; asked for only when there is something to render. */
  readonly ahead?: PaintAhead;
  /** What the record of the finished file says it was made with. */
  readonly params: JsonObject;
  readonly parents: readonly string[];
}

/** What is known of a finished video beside its file. */
export interface VideoFacts extends JsonObject {
  frames: number;
  bytes: number;
}

const VERSION = 1;

const occurrence: ObservationChannel<OccurrenceObservation> = channel(CHANNELS.occurrence);

/** Renders the plan into an MP4 and stores it. The soundtrack is read only when there is something to render. */
export function renderStage(job: RenderStageJob): Promise<StageFile<VideoFacts>> {
  const { plan, quality, drawn, soundtrack } = job;
  const inputs = soundtrack === undefined ? [] : [soundtrack.asset.sha256];
  const pictures = JSON.stringify(plan);
  const key = stageKey('render', VERSION, { pictures, quality, ass: drawn?.ass ?? '' }, inputs);
  return stageFile<VideoFacts>(job.ctx, key, () => render(job));
}

async function render(job: RenderStageJob) {
  const { ctx, studio, progress, plan, quality, drawn, soundtrack, ahead, params, parents } = job;
  const { timeline, plates } = plan;
  const ffmpeg = await studio.ffmpeg();
  const folder = await ctx.scratch();
  const wavPath = soundtrack === undefined ? null : join(folder, 'soundtrack.wav');
  const assPath = drawn === undefined ? null : join(folder, 'captions.ass');
  if (wavPath !== null && soundtrack !== undefined) await writeFile(wavPath, await soundtrack.bytes());
  if (assPath !== null && drawn !== undefined) await writeFile(assPath, drawn.ass);
  const outputPath = join(folder, 'video.mp4');
  const painted = (await ahead?.finish()) ?? [];
  const began = performance.now();
  const { frames, bytes, seconds } = await studio.threads.run(
    'video.render',
    {
      ...{ timeline, plates, assPath, wavPath, quality, outputPath },
      fontsDir: drawn?.fontsDir ?? null,
      ffmpegPath: ffmpeg.path,
      painted,
    },
    {
      signal: ctx.signal,
      transfer: ownedBuffers(painted),
      onReport: ({ frames: drawn, total }) => progress.at('render', drawn / total),
    },
  );
  if (occurrence.hasSubscribers) {
    const took = Math.max(1, performance.now() - began);
    occurrence.publish({ type: 'render', kind: 'video', ratio: (seconds * 1000) / took });
  }
  progress.at('render', 1);
  progress.at('store', 0);
  return {
    facts: { frames, bytes },
    content: readAndRemove(outputPath),
    about: {
      kind: 'video' as const,
      mime: 'video/mp4',
      extension: 'mp4',
      provider: 'local',
      width: timeline.width,
      height: timeline.height,
      fps: timeline.fps,
      duration: seconds,
      params,
      parents,
    },
  };
}

/** The scratch folder lives as long as the call; the file need not take its room twice until then. */
async function* readAndRemove(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path);
  await rm(path, { force: true });
}
