import type { PaintedPlates } from '../pipelines/paint-ahead.ts';
import { PICTURE_TASKS } from '../pipelines/picture-tasks.ts';
import { SOUND_TASKS } from '../pipelines/sound-tasks.ts';
import type { RenderJob } from '../render/render-job.ts';
import type { RenderProgress, RenderResult } from '../render/render-video.ts';
import type { SpeakRequest, Speech } from '../voice/speak.ts';
import type { TaskRun, TaskTable } from './task.ts';

/** A render that need not paint everything itself. */
interface PaintedRenderJob extends RenderJob {
  readonly painted?: PaintedPlates;
}

/** The heavy work of this package by name. Each task loads its own modules, so that a thread knows no more than it needs. */
export const GENERATION_TASKS = {
  ...SOUND_TASKS,
  ...PICTURE_TASKS,

  /** A small piece of each kind of work, so that the first large one finds everything loaded and compiled. */
  'thread.warm': async (_nothing: null): Promise<null> => {
    const [{ speak }, { DEFAULT_VOICE }, { paintPlate }] = await Promise.all([
      import('../voice/speak.ts'),
      import('../voice/voices.ts'),
      import('../picture/paint.ts'),
      import('../render/render-video.ts'),
    ]);
    await speak({ text: 'Ready.', voice: DEFAULT_VOICE, rate: 1 });
    paintPlate({ motif: 'reef', palette: 'lagoon', seed: 1, width: 160, height: 160 });
    return null;
  },

  'voice.speak': async (request: SpeakRequest): Promise<Speech> => {
    const { speak } = await import('../voice/speak.ts');
    return speak(request);
  },

  'video.render': async (job: PaintedRenderJob, run: TaskRun<RenderProgress>): Promise<RenderResult> => {
    const [{ renderVideo }, { paintPlate }, { paintFrom }] = await Promise.all([
      import('../render/render-video.ts'),
      import('../picture/paint.ts'),
      import('../pipelines/paint-ahead.ts'),
    ]);
    const paint = paintFrom(job.plates, job.painted ?? [], paintPlate);
    return renderVideo(job, { paint, signal: run.signal, onProgress: (progress) => run.report(progress) });
  },
} satisfies TaskTable;

export type GenerationTasks = typeof GENERATION_TASKS;
