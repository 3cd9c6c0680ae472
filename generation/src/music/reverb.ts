import type { StereoTrack } from './perform.ts';

/** Delay lines in milliseconds, mutually prime enough that no echo falls on another. */
const LINES_MS = [43.7, 53.3, 61.1, 67.9, 73.7, 83.9, 92.1, 101.3];
const COUNT = LINES_MS.length;
const PRE_DELAY_MS = 18;
/** Treble lost on every turn: the far wall is soft. */
const DAMPING = 0.42;
const SILENT = 1e-20;

/**
 * The sound of a room, added to a dry track in place: a feedback delay network of eight lines mixed by a Hadamard matrix
 * (Jot and Chaigne, AES 1991). It works at half the sample rate; a soft room has no treble that would need more.
 * @param seconds until an echo has fallen by 60 dB
 * @param wetness level of the room
 */
export function addRoom(
  source: StereoTrack,
  target: StereoTrack,
  sampleRate: number,
  seconds: number,
  wetness: number,
): void {
  const [left, right] = source;
  const rate = sampleRate / 2;
  const lengths = Int32Array.from(LINES_MS, (ms) => Math.round((ms * rate) / 1_000));
  const stride = Math.max(...lengths);
  // All lines in one block, `stride` apart.
  const lines = new Float32Array(COUNT * stride);
  const feedback = Float64Array.from(LINES_MS, (ms) => 10 ** ((-3 * ms) / 1_000 / seconds) / Math.sqrt(COUNT));
  const heads = new Int32Array(COUNT);
  const memory = new Float64Array(COUNT);
  const tap = new Float64Array(COUNT);
  const preDelay = Math.round((PRE_DELAY_MS * rate) / 1_000);
  const gain = wetness * 0.5;
  let lastLeft = 0;
  let lastRight = 0;
  for (let frame = 0; 2 * frame + 1 < left.length; frame += 1) {
    const at = 2 * (frame - preDelay);
    const input = at < 0 ? 0 : ((left[at] ?? 0) + (left[at + 1] ?? 0) + (right[at] ?? 0) + (right[at + 1] ?? 0)) * 0.25;
    for (let k = 0; k < COUNT; k += 1) {
      const heard = lines[k * stride + (heads[k] ?? 0)] ?? 0;
      const kept = (memory[k] ?? 0) * DAMPING + heard * (1 - DAMPING);
      memory[k] = Math.abs(kept) < SILENT ? 0 : kept;
      tap[k] = memory[k] ?? 0;
    }
    const wetLeft = ((tap[0] ?? 0) + (tap[2] ?? 0) - (tap[4] ?? 0) + (tap[6] ?? 0)) * gain;
    const wetRight = ((tap[1] ?? 0) - (tap[3] ?? 0) + (tap[5] ?? 0) + (tap[7] ?? 0)) * gain;
    hadamard(tap);
    for (let k = 0; k < COUNT; k += 1) {
      const head = heads[k] ?? 0;
      lines[k * stride + head] = input + (tap[k] ?? 0) * (feedback[k] ?? 0);
      heads[k] = head + 1 === lengths[k] ? 0 : head + 1;
    }
    const even = 2 * frame;
    target[0][even] = (target[0][even] ?? 0) + (lastLeft + wetLeft) / 2;
    target[1][even] = (target[1][even] ?? 0) + (lastRight + wetRight) / 2;
    target[0][even + 1] = (target[0][even + 1] ?? 0) + wetLeft;
    target[1][even + 1] = (target[1][even + 1] ?? 0) + wetRight;
    lastLeft = wetLeft;
    lastRight = wetRight;
  }
}

/** In place, without its scale factor. */
function hadamard(values: Float64Array): void {
  for (let stride = 1; stride < COUNT; stride *= 2) {
    for (let i = 0; i < COUNT; i += 1) {
      if ((i & stride) !== 0) continue;
      const a = values[i] ?? 0;
      const b = values[i + stride] ?? 0;
      values[i] = a + b;
      values[i + stride] = a - b;
    }
  }
}
