import { toDecibels } from './decibel.ts';
import { frameCount, type Pcm } from './pcm.ts';
import { type PolyphaseBank, polyphaseBank } from './polyphase.ts';

/** Four points per sample and 12 taps each, as in ITU-R BS.1770-4 Annex 2. */
const OVERSAMPLING = 4;
const TAPS = 12;
const REACH = TAPS / 2;
/** What lies between samples is looked for only near samples at least this close to what already counts as a peak. */
const NEAR = 0.5;
const SPAN = 16;

/** Highest level between and at the samples, in dBTP; −Infinity for silence. */
export function truePeakDbtp(pcm: Pcm): number {
  let peak = 0;
  scanPeaks(
    pcm.channels,
    frameCount(pcm),
    () => peak,
    (_frame, level) => {
      if (level > peak) peak = level;
    },
  );
  return toDecibels(peak);
}

/**
 * Calls `found` with every frame whose reconstructed signal, up to the next frame, exceeds the threshold in any channel.
 * @param threshold asked before each span, so that a search for the maximum can raise it on the way
 */
export function scanPeaks(
  channels: readonly Float32Array[],
  length: number,
  threshold: () => number,
  found: (frame: number, level: number) => void,
): void {
  const bank = polyphaseBank(OVERSAMPLING, TAPS, 1, 5);
  for (const samples of channels) {
    for (let from = 0; from < length; from += SPAN) {
      const limit = threshold();
      const to = Math.min(from + SPAN, length);
      if (loudest(samples, from - REACH, to + REACH) <= limit * NEAR) continue;
      for (let frame = from; frame < to; frame += 1) {
        const level = peakAt(samples, frame, bank);
        if (level > limit) found(frame, level);
      }
    }
  }
}

function loudest(samples: Float32Array, from: number, to: number): number {
  let peak = 0;
  const end = Math.min(to, samples.length);
  for (let i = Math.max(0, from); i < end; i += 1) {
    const level = Math.abs(samples[i] ?? 0);
    if (level > peak) peak = level;
  }
  return peak;
}

function peakAt(samples: Float32Array, frame: number, { coefficients }: PolyphaseBank): number {
  let peak = Math.abs(samples[frame] ?? 0);
  const start = frame - REACH + 1;
  const first = Math.max(0, -start);
  const end = Math.min(TAPS, samples.length - start);
  for (let phase = 1; phase < OVERSAMPLING; phase += 1) {
    const row = phase * TAPS;
    let sum = 0;
    for (let k = first; k < end; k += 1) sum += (samples[start + k] ?? 0) * (coefficients[row + k] ?? 0);
    const level = Math.abs(sum);
    if (level > peak) peak = level;
  }
  return peak;
}
