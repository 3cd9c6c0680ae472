import type { Pcm } from './pcm.ts';

/** Bytes that are not a WAV file we can read. */
export class WavError extends Error {
  override readonly name = 'WavError';
}

interface Format {
  readonly encoding: 'integer' | 'float';
  readonly channelCount: number;
  readonly sampleRate: number;
  readonly bytesPerSample: number;
}

type ReadSample = (view: DataView, at: number) => number;

const TAG_INTEGER = 1;
const TAG_FLOAT = 3;
const TAG_EXTENSIBLE = 0xfffe;
/** All sub-format ids that stand for a plain format tag end in these bytes (mmreg.h, KSDATAFORMAT_SUBTYPE_*). */
const SUBTYPE_TAIL = [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];
const READERS: { readonly [kind: string]: ReadSample } = {
  'integer 8': (view, at) => (view.getUint8(at) - 128) / 128,
  'integer 16': (view, at) => view.getInt16(at, true) / 32_768,
  'integer 24': (view, at) => (view.getUint8(at) | (view.getInt16(at + 1, true) << 8)) / 8_388_608,
  'integer 32': (view, at) => view.getInt32(at, true) / 2_147_483_648,
  'float 32': (view, at) => view.getFloat32(at, true),
  'float 64': (view, at) => view.getFloat64(at, true),
};

/**
 * Reads RIFF/WAVE: integers of 8, 16, 24 and 32 bits, floats of 32 and 64, plain or WAVE_FORMAT_EXTENSIBLE.
 * A `data` chunk that promises more than is there (a writer that could not seek back) is read to the end of the file.
 * @throws WavError for anything else, naming what is wrong
 */
export function decodeWav(file: Uint8Array): Pcm {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.byteLength < 12 || tagAt(view, 0) !== 'RIFF' || tagAt(view, 8) !== 'WAVE') {
    throw new WavError('Cannot read the sound: it does not begin with a RIFF/WAVE header; give a .wav file');
  }
  let format: Format | undefined;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const tag = tagAt(view, at);
    const promised = view.getUint32(at + 4, true);
    const start = at + 8;
    const size = Math.min(promised, view.byteLength - start);
    if (tag === 'fmt ') format = readFormat(new DataView(view.buffer, view.byteOffset + start, size));
    if (tag === 'data') {
      if (format === undefined) throw new WavError('Cannot read the sound: its data comes before its format');
      return readSamples(new DataView(view.buffer, view.byteOffset + start, size), format);
    }
    at = start + promised + (promised % 2);
  }
  throw new WavError('Cannot read the sound: the file has no data chunk; it is cut off or empty');
}

function readFormat(chunk: DataView): Format {
  if (chunk.byteLength < 16)
    throw new WavError(`Cannot read the sound: its format is ${chunk.byteLength} bytes, not 16`);
  const tag = formatTag(chunk);
  const channelCount = chunk.getUint16(2, true);
  const sampleRate = chunk.getUint32(4, true);
  const frameBytes = chunk.getUint16(12, true);
  const bits = chunk.getUint16(14, true);
  if (tag !== TAG_INTEGER && tag !== TAG_FLOAT) {
    throw new WavError(`Cannot read the sound: format tag "${tag}" is compressed or unknown; convert it to PCM first`);
  }
  if (channelCount === 0 || channelCount > 64 || sampleRate < 1_000 || sampleRate > 768_000) {
    throw new WavError(`Cannot read the sound: it claims ${channelCount} channels at ${sampleRate} Hz`);
  }
  const encoding = tag === TAG_INTEGER ? 'integer' : 'float';
  if (READERS[`${encoding} ${bits}`] === undefined || frameBytes !== (channelCount * bits) / 8) {
    throw new WavError(
      `Cannot read the sound: ${bits}-bit ${encoding} samples in frames of ${frameBytes} bytes for ${channelCount} channels; convert it to 16-bit PCM`,
    );
  }
  return { encoding, channelCount, sampleRate, bytesPerSample: bits / 8 };
}

function formatTag(chunk: DataView): number {
  const tag = chunk.getUint16(0, true);
  if (tag !== TAG_EXTENSIBLE) return tag;
  if (chunk.byteLength < 40 || SUBTYPE_TAIL.some((byte, i) => chunk.getUint8(26 + i) !== byte)) {
    throw new WavError('Cannot read the sound: its extensible format names an unknown sub-format; convert it to PCM');
  }
  return chunk.getUint16(24, true);
}

function readSamples(data: DataView, { encoding, channelCount, sampleRate, bytesPerSample }: Format): Pcm {
  const read = READERS[`${encoding} ${bytesPerSample * 8}`];
  if (read === undefined) throw new WavError(`Cannot read ${bytesPerSample * 8}-bit ${encoding} samples`);
  const frameBytes = channelCount * bytesPerSample;
  const frames = Math.floor(data.byteLength / frameBytes);
  const channels = Array.from({ length: channelCount }, (_, channel) => {
    const samples = new Float32Array(frames);
    let at = channel * bytesPerSample;
    for (let i = 0; i < frames; i += 1) {
      samples[i] = read(data, at);
      at += frameBytes;
    }
    if (encoding === 'float' && samples.some((sample) => !Number.isFinite(sample))) {
      throw new WavError('Cannot read the sound: it holds samples that are not finite numbers');
    }
    return samples;
  });
  return { sampleRate, channels };
}

function tagAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}
