import type { PlateSpec } from '../picture/paint.ts';
import type {
  LevelledSpeechRequest,
  NarrationRequest,
  SoundtrackFile,
  SoundtrackFileRequest,
} from '../pipelines/sound-tasks.ts';
import type { RenderJob } from '../render/render-job.ts';
import type { RenderProgress, RenderResult } from '../render/render-video.ts';
import type { SpeakRequest, Speech } from '../voice/speak.ts';
import type { TaskRun, TaskTable } from './task.ts';

/** The heavy work of this package by name. Each task loads its own modules, so that a thread knows no more than it needs. */
export const GENERATION_TASKS = {
  'voice.speak': async (request: SpeakRequest): Promise<Speech> => (await import('../voice/speak.ts')).speak(request),
  'voice.wav': async (request: LevelledSpeechRequest): Promise<Uint8Array> => (await soundTasks()).speechWav(request),
  'voice.join': async (request: NarrationRequest): Promise<Uint8Array> => (await soundTasks()).narrationWav(request),
  'audio.mix': async (request: SoundtrackFileRequest): Promise<SoundtrackFile> =>
    (await soundTasks()).soundtrackWav(request),
  'video.render': async (job: RenderJob, run: TaskRun<RenderProgress>): Promise<RenderResult> => {
    const [{ renderVideo }, { paintPlate }] = await Promise.all([
      import('../render/render-video.ts'),
      import('../picture/paint.ts'),
    ]);
    const paint = (spec: PlateSpec) => paintPlate(spec);
    return renderVideo(job, { paint, signal: run.signal, onProgress: (progress) => run.report(progress) });
  },
} satisfies TaskTable;

function soundTasks(): Promise<typeof import('../pipelines/sound-tasks.ts')> {
  return import('../pipelines/sound-tasks.ts');
}

export type GenerationTasks = typeof GENERATION_TASKS;
