import type { JsonObject, ToolContext } from '@callsheet/protocol';
import { durationOf } from '../audio/pcm.ts';
import { ownedBuffers } from '../threads/owned-buffers.ts';
import type { TimedWord } from '../timed-word.ts';
import type { Speech } from '../voice/speak.ts';
import type { Voice } from '../voice/voices.ts';
import { type StageFile, stageFile } from './stage-file.ts';
import { stageKey } from './stage-key.ts';
import type { StageProgress } from './stage-progress.ts';
import type { Studio } from './studio.ts';

/** The picture stands for a moment before the first word. */
export const LEAD_IN_SECONDS = 0.4;
/** The last word may ring out. */
export const TAIL_SECONDS = 1.2;
/** A breath between two scenes. */
export const SCENE_PAUSE_SECONDS = 0.45;

/** A scene's place in the narration, in seconds from its beginning. */
export interface SpokenScene extends JsonObject {
  start: number;
  end: number;
  words: { w: string; start: number; end: number }[];
}

/** What is known of a narration beside its sound. */
export interface NarrationFacts extends JsonObject {
  seconds: number;
  timing_quality: 'exact' | 'estimated';
  scenes: SpokenScene[];
}

export interface NarrationJob {
  readonly ctx: ToolContext;
  readonly studio: Studio;
  readonly progress: StageProgress;
  readonly texts: readonly string[];
  readonly voice: Voice;
  readonly rate: number;
}

const VERSION = 1;

/** Speaks the scenes, each on the next free thread, and joins them with a breath between. Times count from the first sample. */
export function narrate(job: NarrationJob): Promise<StageFile<NarrationFacts>> {
  const { ctx, texts, voice, rate } = job;
  const key = stageKey('voice', VERSION, { texts: [...texts], voice: voice.id, rate });
  return stageFile<NarrationFacts>(ctx, key, async () => {
    const { facts, wav } = await speakAll(job);
    return {
      facts,
      content: wav,
      about: {
        kind: 'audio',
        mime: 'audio/wav',
        extension: 'wav',
        provider: voice.provider,
        model: voice.id,
        duration: facts.seconds,
        channels: 1,
        params: { voice_rate: rate },
        intermediate: true,
      },
    };
  });
}

async function speakAll({ ctx, studio, progress, texts, voice, rate }: NarrationJob): Promise<{
  readonly facts: NarrationFacts;
  readonly wav: Uint8Array;
}> {
  const { signal } = ctx;
  const speeches: Speech[] = [];
  let done = 0;
  const speak = async (index: number) => {
    const request = { text: texts[index] ?? '', voice: voice.id, rate };
    speeches[index] = await studio.threads.run('voice.speak', request, { signal });
    done += 1;
    progress.at('voice', (done / texts.length) * 0.95);
  };
  // The longest first: a long scene that is begun last would keep one thread busy while the others stand still.
  const order = [...texts.keys()].sort((a, b) => (texts[b]?.length ?? 0) - (texts[a]?.length ?? 0));
  await Promise.all(order.map(speak));
  let at = 0;
  const scenes: SpokenScene[] = [];
  const parts = speeches.map(({ pcm, words }) => {
    const start = at;
    const end = start + durationOf(pcm);
    scenes.push({ start, end, words: words.map((word) => shifted(word, start)) });
    at = end + SCENE_PAUSE_SECONDS / rate;
    return { pcm, at: start };
  });
  const seconds = scenes.at(-1)?.end ?? 0;
  const transfer = ownedBuffers(parts);
  const wav = await studio.threads.run('narration.file', { parts, durationSeconds: seconds }, { signal, transfer });
  const exact = speeches.every(({ timingQuality }) => timingQuality === 'exact');
  return { facts: { seconds, timing_quality: exact ? 'exact' : 'estimated', scenes }, wav };
}

/** Plain members, rounded to the millisecond: these are kept as JSON. */
function shifted({ w, start, end }: TimedWord, by: number): { w: string; start: number; end: number } {
  return { w, start: Math.round((start + by) * 1000) / 1000, end: Math.round((end + by) * 1000) / 1000 };
}
