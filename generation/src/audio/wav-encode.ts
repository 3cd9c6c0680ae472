import { checkPcm, frameCount, type Pcm } from './pcm.ts';

/** `pcm16` is what everything plays; `float32` keeps every bit. */
export type WavEncoding = 'pcm16' | 'float32';

const ENCODINGS = {
  pcm16: { formatTag: 1, bytesPerSample: 2 },
  float32: { formatTag: 3, bytesPerSample: 4 },
} as const;
const HEADER_BYTES = 44;
/** Sizes are 32-bit in RIFF. */
const MOST_DATA_BYTES = 0xffff_ffff - HEADER_BYTES;

/**
 * A RIFF/WAVE file. Samples beyond ±1 are clipped in `pcm16`, rounding is to the nearest step, without dither.
 * @throws RangeError for unusable sound or more than RIFF's 4 GiB
 */
export function encodeWav(pcm: Pcm, encoding: WavEncoding = 'pcm16'): Uint8Array {
  checkPcm(pcm);
  const { formatTag, bytesPerSample } = ENCODINGS[encoding];
  const channelCount = pcm.channels.length;
  const frameBytes = channelCount * bytesPerSample;
  const dataBytes = frameCount(pcm) * frameBytes;
  if (dataBytes > MOST_DATA_BYTES) {
    throw new RangeError(`Cannot encode ${dataBytes} bytes as WAV: the format ends at 4 GiB; cut the sound into parts`);
  }
  const file = new Uint8Array(HEADER_BYTES + dataBytes);
  const view = new DataView(file.buffer);
  writeTag(file, 0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  writeTag(file, 8, 'WAVE');
  writeTag(file, 12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, formatTag, true);
  view.setUint16(22, channelCount, true);
  view.setUint32(24, pcm.sampleRate, true);
  view.setUint32(28, pcm.sampleRate * frameBytes, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, bytesPerSample * 8, true);
  writeTag(file, 36, 'data');
  view.setUint32(40, dataBytes, true);
  pcm.channels.forEach((samples, channel) => {
    const start = HEADER_BYTES + channel * bytesPerSample;
    if (encoding === 'pcm16') writeIntegers(view, start, frameBytes, samples);
    else writeFloats(view, start, frameBytes, samples);
  });
  return file;
}

function writeIntegers(view: DataView, start: number, stride: number, samples: Float32Array): void {
  for (let i = 0; i < samples.length; i += 1) view.setInt16(start + i * stride, toInt16(samples[i] ?? 0), true);
}

function writeFloats(view: DataView, start: number, stride: number, samples: Float32Array): void {
  for (let i = 0; i < samples.length; i += 1) view.setFloat32(start + i * stride, samples[i] ?? 0, true);
}

function toInt16(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
}

function writeTag(file: Uint8Array, at: number, tag: string): void {
  for (let i = 0; i < 4; i += 1) file[at + i] = tag.charCodeAt(i);
}
