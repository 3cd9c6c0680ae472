import type { Asset, Tool } from '@callsheet/protocol';
import { MOODS, type Mood } from '../picture/palette.ts';
import { AUDIO_FORMATS, type AudioFormat, formatFacts, soundEncoder } from '../pipelines/sound-file.ts';
import { stageFile } from '../pipelines/stage-file.ts';
import { stageKey } from '../pipelines/stage-key.ts';
import type { Studio } from '../pipelines/studio.ts';
import { ASSET, JOB_ARGUMENTS, SEED } from '../schemas/definitions.ts';
import { integer, number, object, oneOf, string } from '../schemas/keywords.ts';

type Arguments = {
  readonly mood?: Mood;
  readonly duration?: number;
  readonly bpm?: number;
  readonly seed?: number;
  readonly format?: AudioFormat;
};

type Music = {
  /** Absent in a dry run, like `asset`. */
  readonly audio_file?: string;
  readonly duration: number;
  readonly format: AudioFormat;
  readonly mood: Mood;
  readonly seed?: number;
  readonly asset?: Asset;
};

const DEFAULT_MOOD: Mood = 'hopeful';
const DEFAULT_SECONDS = 30;
const VERSION = 1;

/** Composes background music. @param random 0 to 1, for the seed nobody gave */
export function generateMusic(studio: Studio, random: () => number): Tool<Arguments, Music> {
  return {
    name: 'generate_music',
    title: 'Compose music',
    description:
      'Composes instrumental background music of an exact length in one of eight moods and stores it. Synthesised here: no network, no licence to clear.',
    category: 'music',
    input: INPUT,
    output: OUTPUT,
    execution: 'job',
    idempotent: true,
    timeoutMs: 900_000,
    slots: 'cpu',
    async run(args, ctx) {
      const { mood = DEFAULT_MOOD, duration = DEFAULT_SECONDS, bpm, format = 'wav' } = args;
      if (ctx.dryRun) return { duration, format, mood, ...(args.seed !== undefined && { seed: args.seed }) };
      // Remembered first, so that a resumed job goes on with the piece it began.
      const seed = args.seed ?? (await ctx.memo('seed', async () => Math.floor(random() * 2 ** 32)));
      const request = { durationSeconds: duration, mood, seed, ...(bpm !== undefined && { bpm }) };
      const { asset } = await stageFile(ctx, stageKey('music', VERSION, { ...request, format }), async () => {
        const encode = await soundEncoder(format, studio);
        ctx.progress({ stage: 'music', fraction: 0, stageFraction: 0, message: 'Composing the music' });
        const wav = await studio.threads.run('music.file', request, { signal: ctx.signal });
        return {
          facts: null,
          content: await encode(wav, ctx),
          about: {
            kind: 'audio',
            ...formatFacts(format),
            provider: 'local',
            duration,
            sample_rate: 48_000,
            channels: 2,
            params: request,
          },
        };
      });
      ctx.progress({ stage: 'store', fraction: 1, stageFraction: 1, message: 'Done' });
      return { audio_file: asset.url, duration, format, mood, seed, asset };
    },
  };
}

const INPUT = object({
  mood: oneOf(MOODS, { default: DEFAULT_MOOD }),
  duration: number({ minimum: 1, maximum: 600, default: DEFAULT_SECONDS, description: 'Seconds.' }),
  bpm: integer({ minimum: 40, maximum: 220, description: 'Beats a minute. Default: fitting the mood.' }),
  seed: SEED,
  format: oneOf(AUDIO_FORMATS, { default: 'wav', description: 'wav is always there; the others need ffmpeg.' }),
  ...JOB_ARGUMENTS,
});

const OUTPUT = object(
  {
    audio_file: string({ description: 'URL of the music; absent in a dry run.' }),
    duration: number({ description: 'Seconds.' }),
    format: oneOf(AUDIO_FORMATS),
    mood: oneOf(MOODS),
    seed: integer({ description: 'Give it again to get the same piece.' }),
    asset: ASSET,
  },
  ['duration', 'format', 'mood'],
);
