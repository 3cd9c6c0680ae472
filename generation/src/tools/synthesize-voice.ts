import { type Asset, CallError, type JsonObject, type Tool, type ToolContext } from '@callsheet/protocol';
import { durationOf } from '../audio/pcm.ts';
import { AUDIO_FORMATS, type AudioFormat, formatFacts, soundEncoder } from '../pipelines/sound-file.ts';
import { type StageProduct, stageFile } from '../pipelines/stage-file.ts';
import { stageKey } from '../pipelines/stage-key.ts';
import type { Studio } from '../pipelines/studio.ts';
import { ASSET, JOB_ARGUMENTS, LANGUAGE, TIMING_QUALITY, WORD } from '../schemas/definitions.ts';
import { array, boolean, number, object, oneOf, string } from '../schemas/keywords.ts';
import { primaryLanguage } from '../script/language.ts';
import { ownedBuffers } from '../threads/owned-buffers.ts';
import type { TimedWord } from '../timed-word.ts';
import { estimateSpeech } from '../voice/estimate.ts';
import type { Speech } from '../voice/speak.ts';
import { findVoice, NO_VOICE, type Voice } from '../voice/voices.ts';

type Arguments = {
  readonly text: string;
  readonly voice_name: string;
  readonly voice_rate?: number;
  readonly voice_volume?: number;
  readonly language?: string;
  readonly format?: AudioFormat;
  readonly timings?: boolean;
};

type Spoken = {
  /** Absent in a dry run, like `asset`. */
  readonly audio_file?: string;
  readonly duration: number;
  readonly format: AudioFormat;
  readonly voice: string;
  readonly words?: readonly TimedWord[];
  readonly timing_quality: 'exact' | 'estimated';
  readonly asset?: Asset;
};

interface SpeechFacts extends JsonObject {
  duration: number;
  words: { w: string; start: number; end: number }[];
  timing_quality: 'exact' | 'estimated';
}

const VERSION = 1;

/** Reads a text aloud into a sound file. */
export function synthesizeVoice(studio: Studio): Tool<Arguments, Spoken> {
  return {
    name: 'synthesize_voice',
    title: 'Synthesise speech',
    description:
      'Reads a text aloud and stores the recording, with the time of every word. English, offline; list_voices shows the voices.',
    category: 'voice',
    input: INPUT,
    output: OUTPUT,
    execution: 'job',
    idempotent: true,
    timeoutMs: 900_000,
    slots: 'cpu',
    async run(args, ctx) {
      const { text, voice_rate: rate = 1, voice_volume: volume = 1, format = 'wav', timings = true } = args;
      const voice = speakingVoice(args);
      if (ctx.dryRun) return foreseen(args, voice);
      const key = stageKey('speech', VERSION, { text, voice: voice.id, rate, volume, format });
      const { facts, asset } = await stageFile(ctx, key, () => record(args, voice, ctx, studio));
      ctx.progress({ stage: 'store', fraction: 1, stageFraction: 1, message: 'Done' });
      const { duration, words, timing_quality } = facts;
      return {
        ...{ audio_file: asset.url, duration, format, voice: voice.id, timing_quality, asset },
        ...(timings && { words }),
      };
    },
  };
}

async function record(
  args: Arguments,
  voice: Voice,
  ctx: ToolContext,
  studio: Studio,
): Promise<StageProduct<SpeechFacts>> {
  const { text, voice_rate: rate = 1, voice_volume: volume = 1, format = 'wav' } = args;
  const { signal } = ctx;
  const encode = await soundEncoder(format, studio);
  ctx.progress({ stage: 'voice', fraction: 0, stageFraction: 0, message: 'Speaking the text' });
  const speech = await studio.threads.run('voice.speak', { text, voice: voice.id, rate }, { signal });
  ctx.progress({ stage: 'voice', fraction: 0.9, stageFraction: 1, message: 'Writing the recording' });
  const facts = factsOf(speech);
  const transfer = ownedBuffers(speech.pcm);
  const wav = await studio.threads.run('speech.file', { pcm: speech.pcm, volume }, { signal, transfer });
  const { duration } = facts;
  const params = { text: text.slice(0, 2000), voice_rate: rate, voice_volume: volume };
  const about = { kind: 'audio', ...formatFacts(format), provider: voice.provider, model: voice.id } as const;
  const { sampleRate: sample_rate } = speech.pcm;
  return { facts, content: await encode(wav, ctx), about: { ...about, duration, sample_rate, channels: 1, params } };
}

/** What would be made, with times estimated from the text. */
function foreseen({ text, voice_rate: rate = 1, format = 'wav', timings = true }: Arguments, voice: Voice): Spoken {
  const { words, durationSeconds: duration } = estimateSpeech(text, rate);
  return { duration, format, voice: voice.id, timing_quality: 'estimated', ...(timings && { words }) };
}

function factsOf({ pcm, words, timingQuality }: Speech): SpeechFacts {
  return {
    duration: durationOf(pcm),
    words: words.map(({ w, start, end }) => ({ w, start, end })),
    timing_quality: timingQuality,
  };
}

/** The voice asked for, if it is one that speaks, and the language asked for. */
function speakingVoice({ voice_name: name, language }: Arguments): Voice {
  const voice = findVoice(name);
  if (voice.id === NO_VOICE) {
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot read aloud with voice "${NO_VOICE}": it is silence; see list_voices`,
      {
        issues: [{ path: '/voice_name', keyword: 'voice', message: 'must be a voice that speaks' }],
      },
    );
  }
  const wanted = primaryLanguage(language);
  if (wanted !== undefined && wanted !== primaryLanguage(voice.language)) {
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot read "${language}" aloud with voice "${voice.id}": it speaks ${voice.language}; see list_voices`,
      { issues: [{ path: '/language', keyword: 'language', message: `the voice speaks ${voice.language}` }] },
    );
  }
  return voice;
}

const INPUT = object(
  {
    text: string({ minLength: 1, maxLength: 40_000, description: 'What to read aloud.' }),
    voice_name: string({ maxLength: 64, description: 'A voice of list_voices, or "auto".' }),
    voice_rate: number({ minimum: 0.5, maximum: 2, default: 1, description: 'Speed; 1 is normal.' }),
    voice_volume: number({ minimum: 0, maximum: 1, default: 1, description: 'Loudness; 1 is as recorded.' }),
    language: { ...LANGUAGE, description: 'What language the text is in; checked against the voice.' },
    format: oneOf(AUDIO_FORMATS, { default: 'wav', description: 'wav is always there; the others need ffmpeg.' }),
    timings: boolean({ default: true, description: 'false: leave the word times out of the answer.' }),
    ...JOB_ARGUMENTS,
  },
  ['text', 'voice_name'],
);

const OUTPUT = object(
  {
    audio_file: string({ description: 'URL of the recording; absent in a dry run.' }),
    duration: number({ description: 'Seconds.' }),
    format: oneOf(AUDIO_FORMATS),
    voice: string(),
    words: array(WORD),
    timing_quality: TIMING_QUALITY,
    asset: ASSET,
  },
  ['duration', 'format', 'voice', 'timing_quality'],
);
