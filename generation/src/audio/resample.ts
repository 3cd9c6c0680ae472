import { frameCount, type Pcm } from './pcm.ts';
import { type PolyphaseBank, polyphaseBank } from './polyphase.ts';

/** Taps per phase when the rate rises: −80 dB images, 90 % of the band kept. */
const BASE_TAPS = 32;
/** Kept short of the half rate, so that the filter's slope lies outside the band. */
const BAND = 0.92;
/** Exact up to this many phases (44.1 → 48 kHz needs 160); stranger ratios round to the nearest, an error below −70 dB. */
const MOST_PHASES = 2_048;

/**
 * The same sound at another sample rate, by windowed-sinc polyphase filtering. Same rate, same object.
 * @throws RangeError when the rate is not a whole number of hertz above 0
 */
export function resample(pcm: Pcm, sampleRate: number): Pcm {
  if (!Number.isInteger(sampleRate) || sampleRate <= 0) {
    throw new RangeError(`Cannot resample to "${sampleRate}" Hz; give a whole number of hertz above 0`);
  }
  if (sampleRate === pcm.sampleRate) return pcm;
  const divisor = greatestCommonDivisor(pcm.sampleRate, sampleRate);
  const up = sampleRate / divisor;
  const down = pcm.sampleRate / divisor;
  const cutoff = Math.min(1, up / down);
  const taps = 2 * Math.ceil(BASE_TAPS / 2 / cutoff);
  const bank = polyphaseBank(Math.min(up, MOST_PHASES), taps, cutoff * BAND);
  const length = Math.round((frameCount(pcm) * up) / down);
  return { sampleRate, channels: pcm.channels.map((samples) => convert(samples, length, up, down, bank)) };
}

function convert(input: Float32Array, length: number, up: number, down: number, bank: PolyphaseBank): Float32Array {
  const { phases, taps, coefficients } = bank;
  const half = taps / 2;
  // Zeros on both sides, so that the inner loop needs no bounds.
  const padded = new Float32Array(input.length + 2 * taps);
  padded.set(input, taps);
  const last = padded.length - taps;
  const output = new Float32Array(length);
  const wholeStep = Math.floor(down / up);
  const restStep = down % up;
  let base = taps - half + 1;
  let rest = 0;
  for (let n = 0; n < length; n += 1) {
    let phase = phases === up ? rest : Math.round((rest * phases) / up);
    let start = base;
    if (phase === phases) {
      phase = 0;
      start += 1;
    }
    if (start > last) start = last;
    const row = phase * taps;
    let sum = 0;
    for (let k = 0; k < taps; k += 1) sum += (padded[start + k] ?? 0) * (coefficients[row + k] ?? 0);
    output[n] = sum;
    base += wholeStep;
    rest += restStep;
    if (rest >= up) {
      rest -= up;
      base += 1;
    }
  }
  return output;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
