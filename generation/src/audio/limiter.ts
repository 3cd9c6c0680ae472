import { fromDecibels } from './decibel.ts';
import { frameCount, type Pcm } from './pcm.ts';
import { scanPeaks } from './true-peak.ts';

export interface LimiterOptions {
  /** Level applied before limiting, in dB. */
  readonly gainDb: number;
  /** No reconstructed peak of the result is above it, in dBTP. */
  readonly ceilingDb: number;
}

/** The gain begins to fall this long before a peak, so that no sample is clipped and no edge is heard. */
const LOOK_AHEAD_SECONDS = 0.005;
const RELEASE_SECONDS = 0.08;
/** The moving gain itself shifts what lies between the samples a little; this covers it. */
const MARGIN_DB = 0.05;

/** Look-ahead true-peak limiter; all channels share one gain, so the picture of the room stays still. Makes new sound. */
export function limit(pcm: Pcm, { gainDb, ceilingDb }: LimiterOptions): Pcm {
  const length = frameCount(pcm);
  const gain = fromDecibels(gainDb);
  const ceiling = fromDecibels(ceilingDb - MARGIN_DB) / gain;
  const reduction = new Float32Array(length).fill(1);
  let limited = false;
  scanPeaks(
    pcm.channels,
    length,
    () => ceiling,
    (frame, level) => {
      limited = true;
      // The peak may lie anywhere up to the next frame, so both carry its gain.
      const needed = ceiling / level;
      if (needed < (reduction[frame] ?? 1)) reduction[frame] = needed;
      if (needed < (reduction[frame + 1] ?? 1)) reduction[frame + 1] = needed;
    },
  );
  if (limited) {
    const window = Math.max(1, Math.round(LOOK_AHEAD_SECONDS * pcm.sampleRate));
    holdAhead(reduction, window);
    release(reduction, Math.exp(-1 / (RELEASE_SECONDS * pcm.sampleRate)));
    average(reduction, window);
  }
  for (let i = 0; i < length; i += 1) reduction[i] = (reduction[i] ?? 1) * gain;
  return { sampleRate: pcm.sampleRate, channels: pcm.channels.map((samples) => multiply(samples, reduction)) };
}

function multiply(samples: Float32Array, gains: Float32Array): Float32Array {
  const product = new Float32Array(samples.length);
  for (let i = 0; i < product.length; i += 1) product[i] = (samples[i] ?? 0) * (gains[i] ?? 0);
  return product;
}

/** Each frame takes the smallest gain of itself and the next `window` frames (monotonic queue, one pass). */
function holdAhead(gains: Float32Array, window: number): void {
  const queue = new Int32Array(window + 2);
  const values = new Float32Array(window + 2);
  let head = 0;
  let size = 0;
  for (let ahead = 0; ahead < gains.length + window; ahead += 1) {
    if (ahead < gains.length) {
      const value = gains[ahead] ?? 1;
      while (size > 0 && (values[(head + size - 1) % values.length] ?? 0) >= value) size -= 1;
      const tail = (head + size) % values.length;
      queue[tail] = ahead;
      values[tail] = value;
      size += 1;
    }
    const frame = ahead - window;
    if (frame < 0) continue;
    while (size > 0 && (queue[head] ?? 0) < frame) {
      head = (head + 1) % values.length;
      size -= 1;
    }
    gains[frame] = size > 0 ? (values[head] ?? 1) : 1;
  }
}

/** Falls at once, rises by an exponential. */
function release(gains: Float32Array, keep: number): void {
  let gain = 1;
  for (let i = 0; i < gains.length; i += 1) {
    gain = Math.min(gains[i] ?? 1, 1 - (1 - gain) * keep);
    gains[i] = gain;
  }
}

/** Moving average over the frame and the `window` before it: after `holdAhead` it never rises above what a peak needs. */
function average(gains: Float32Array, window: number): void {
  const width = window + 1;
  // Before the beginning the gain stood where it starts; a 1 there would let a peak in the first frames through.
  const before = gains[0] ?? 1;
  const ring = new Float64Array(width).fill(before);
  let sum = before * width;
  let slot = 0;
  for (let i = 0; i < gains.length; i += 1) {
    const gain = gains[i] ?? 1;
    sum += gain - (ring[slot] ?? 1);
    ring[slot] = gain;
    slot = slot + 1 === width ? 0 : slot + 1;
    gains[i] = sum / width;
  }
}
