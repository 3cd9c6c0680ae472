import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CallError } from '@callsheet/protocol';
import type { Ffmpeg } from '../ffmpeg/resolve-ffmpeg.ts';
import { runFfmpeg } from '../ffmpeg/run-ffmpeg.ts';

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

/** Media type and file name ending of a format. */
export function formatFacts(format: AudioFormat): FormatFacts {
  return format === 'wav' ? { mime: 'audio/wav', extension: 'wav' } : ENCODINGS[format];
}

export interface EncodeAudioOptions {
  readonly format: Exclude<AudioFormat, 'wav'>;
  readonly ffmpeg: Ffmpeg;
  /** A folder for the two files; the caller removes it. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/**
 * Encodes a WAV file of ours. Throws NOT_IMPLEMENTED, naming the formats there are, when this ffmpeg has no encoder for
 * the format; what `runFfmpeg` throws; the signal's reason.
 */
export async function encodeAudio(wav: Uint8Array, options: EncodeAudioOptions): Promise<Uint8Array> {
  const { format, ffmpeg, folder, signal, timeoutMs } = options;
  const { encoder, args, extension } = ENCODINGS[format];
  if (!ffmpeg.encoders.includes(encoder)) {
    const there = AUDIO_FORMATS.filter((name) => name === 'wav' || ffmpeg.encoders.includes(ENCODINGS[name].encoder));
    throw new CallError(
      'NOT_IMPLEMENTED',
      `Cannot encode "${format}": this ffmpeg (${ffmpeg.version}) has no encoder "${encoder}"; use ${there.join(', ')}`,
      { details: { reason: 'engine_missing', formats: there } },
    );
  }
  const from = join(folder, 'sound.wav');
  const to = join(folder, `sound.${extension}`);
  await writeFile(from, wav);
  await runFfmpeg({
    path: ffmpeg.path,
    args: ['-f', 'wav', '-i', `file:${from}`, '-map_metadata', '-1', '-c:a', encoder, ...args, '-y', `file:${to}`],
    timeoutMs,
    signal,
  });
  return readFile(to);
}
