import type { Asset, JsonObject, ToolContext } from '@callsheet/protocol';
import { SOUNDTRACK_RATE } from '../audio/mix.ts';
import type { Mood } from '../picture/palette.ts';
import type { TimedWord } from '../timed-word.ts';
import type { NarrationFacts } from './narration.ts';
import { type StageFile, stageFile } from './stage-file.ts';
import { stageKey } from './stage-key.ts';
import type { Studio } from './studio.ts';

export interface MusicJob {
  readonly ctx: ToolContext;
  readonly studio: Studio;
  readonly durationSeconds: number;
  readonly mood: Mood;
  readonly bpm?: number;
  readonly seed: number;
}

/** What is known of a piece of music beside its sound. */
export interface MusicFacts extends JsonObject {
  seconds: number;
}

const STEREO_WAV = {
  kind: 'audio',
  mime: 'audio/wav',
  extension: 'wav',
  provider: 'local',
  sample_rate: SOUNDTRACK_RATE,
  channels: 2,
  intermediate: true,
} as const;

const MUSIC_VERSION = 1;
const MIX_VERSION = 1;

/** Composes music of an exact length. */
export function composeStage({
  ctx,
  studio,
  durationSeconds,
  mood,
  bpm,
  seed,
}: MusicJob): Promise<StageFile<MusicFacts>> {
  const request = { durationSeconds, mood, seed, ...(bpm !== undefined && { bpm }) };
  return stageFile<MusicFacts>(ctx, stageKey('music', MUSIC_VERSION, request), async () => ({
    facts: { seconds: durationSeconds },
    content: await studio.threads.run('music.file', request, { signal: ctx.signal }),
    about: { ...STEREO_WAV, duration: durationSeconds, params: { mood, seed } },
  }));
}

export interface MixJob {
  readonly ctx: ToolContext;
  readonly studio: Studio;
  readonly durationSeconds: number;
  /** Speech and when it begins; absent when nobody speaks. */
  readonly voice?: { readonly file: StageFile<NarrationFacts>; readonly at: number; readonly volume: number };
  /** On the video's clock. */
  readonly words: readonly TimedWord[];
  readonly music?: { readonly file: StageFile<MusicFacts>; readonly volume: number; readonly duckingDb: number };
  readonly loudnessLufs: number;
}

/** What is known of a soundtrack beside its sound. */
export interface MixFacts extends JsonObject {
  integrated_lufs: number;
  true_peak_dbtp: number;
}

/** Mixes voice and music to a level. */
export function mixStage(job: MixJob): Promise<StageFile<MixFacts>> {
  const { ctx, studio, durationSeconds, voice, words, music, loudnessLufs } = job;
  const parents = [voice?.file.asset, music?.file.asset].filter((asset): asset is Asset => asset !== undefined);
  const levels = {
    durationSeconds,
    musicVolume: relativeVolume(music?.volume ?? 0, voice?.volume ?? 1),
    duckingDb: music?.duckingDb ?? 0,
    loudnessLufs,
  };
  const places = { at: voice?.at ?? 0, spans: voice === undefined ? [] : words.map(({ start, end }) => [start, end]) };
  const key = stageKey(
    'mix',
    MIX_VERSION,
    { ...levels, ...places },
    parents.map(({ sha256 }) => sha256),
  );
  return stageFile<MixFacts>(ctx, key, async () => {
    const [speech, bed] = await Promise.all([voice?.file.bytes(), music?.file.bytes()]);
    const mixed = await studio.threads.run(
      'soundtrack.file',
      {
        ...levels,
        ...(speech !== undefined && voice !== undefined && { voice: { wav: speech, at: voice.at } }),
        ...(bed !== undefined && { music: bed }),
        speechSpans: voice === undefined ? [] : words.map(({ start, end }) => ({ start, end })),
      },
      { signal: ctx.signal },
    );
    return {
      facts: { integrated_lufs: hundredths(mixed.integratedLufs), true_peak_dbtp: hundredths(mixed.truePeakDbtp) },
      content: mixed.wav,
      about: {
        ...STEREO_WAV,
        duration: durationSeconds,
        params: levels,
        parents: parents.map(({ asset_id }) => asset_id),
      },
    };
  });
}

/** The whole is brought to one loudness, so only the relation of the two counts; the mixer takes it as the music's volume. */
function relativeVolume(music: number, voice: number): number {
  return voice === 0 ? music : Math.min(1, music / voice);
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
