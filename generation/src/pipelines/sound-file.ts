import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CallError, type ToolContext } from '@callsheet/protocol';
import { fileInput } from '../ffmpeg/input.ts';
import type { Ffmpeg } from '../ffmpeg/resolve-ffmpeg.ts';
import { runFfmpeg } from '../ffmpeg/run-ffmpeg.ts';
import type { Studio } from './studio.ts';

export const AUDIO_FORMATS = ['wav', 'mp3', 'aac', 'opus', 'flac'] as const;
export type AudioFormat = (typeof AUDIO_FORMATS)[number];

interface FormatFacts {
  readonly mime: string;
  readonly extension: string;
}

interface Encoding extends FormatFacts {
  readonly encoder: string;
  readonly args: readonly string[];
}

const ENCODINGS: { readonly [format in Exclude<AudioFormat, 'wav'>]: Encoding } = {
  mp3: { mime: 'audio/mpeg', extension: 'mp3', encoder: 'libmp3lame', args: ['-b:a', '192k', '-f', 'mp3'] },
  aac: {
    mime: 'audio/mp4',
    extension: 'm4a',
    encoder: 'aac',
    args: ['-b:a', '192k', '-movflags', '+faststart', '-f', 'ipod'],
  },
  opus: { mime: 'audio/ogg', extension: 'opus', encoder: 'libopus', args: ['-b:a', '128k', '-f', 'ogg'] },
  flac: { mime: 'audio/flac', extension: 'flac', encoder: 'flac', args: ['-f', 'flac'] },
};

const TIMEOUT_MS = 300_000;

/** Media type and file name ending of a format. */
export function formatFacts(format: AudioFormat): FormatFacts {
  if (format === 'wav') return { mime: 'audio/wav', extension: 'wav' };
  const { mime, extension } = ENCODINGS[format];
  return { mime, extension };
}

/** Turns a WAV file of ours into another format, in the scratch folder of a call. */
export type EncodeSound = (wav: Uint8Array, ctx: ToolContext) => Promise<Uint8Array>;

/**
 * Answers the way to a format, before anything is spent on the sound. Throws UNAVAILABLE without ffmpeg, NOT_IMPLEMENTED
 * with the formats there are when this ffmpeg lacks the encoder. Encoding throws what `runFfmpeg` throws.
 */
export async function soundEncoder(format: AudioFormat, studio: Studio): Promise<EncodeSound> {
  if (format === 'wav') return async (wav) => wav;
  const ffmpeg = await studio.ffmpeg();
  checkEncoder(format, ffmpeg);
  const { encoder, args, extension } = ENCODINGS[format];
  return async (wav, ctx) => {
    const folder = await ctx.scratch();
    const from = join(folder, 'sound.wav');
    const to = join(folder, `sound.${extension}`);
    await writeFile(from, wav);
    await runFfmpeg({
      path: ffmpeg.path,
      args: [...fileInput(from, 'wav'), '-map_metadata', '-1', '-c:a', encoder, ...args, '-y', `file:${to}`],
      timeoutMs: TIMEOUT_MS,
      signal: ctx.signal,
    });
    return readFile(to);
  };
}

function checkEncoder(format: Exclude<AudioFormat, 'wav'>, { encoders, version }: Ffmpeg): void {
  const { encoder } = ENCODINGS[format];
  if (encoders.includes(encoder)) return;
  const there = AUDIO_FORMATS.filter((name) => name === 'wav' || encoders.includes(ENCODINGS[name].encoder));
  throw new CallError(
    'NOT_IMPLEMENTED',
    `Cannot encode "${format}": this ffmpeg (${version}) has no encoder "${encoder}"; use ${there.join(', ')}`,
    { details: { reason: 'engine_missing', formats: there } },
  );
}
