import { kWeighting } from './k-weighting.ts';
import { frameCount, type Pcm } from './pcm.ts';

/** Programme loudness by ITU-R BS.1770-4 and EBU Tech 3342. */
export interface Loudness {
  /** Gated loudness of the whole; −Infinity for silence and for sound shorter than 0.4 s. */
  readonly integratedLufs: number;
  /** Loudness range in LU; 0 when there is too little to tell. */
  readonly rangeLu: number;
}

const ABSOLUTE_GATE = -70;
/** Energies are gathered per 100 ms; blocks of 400 ms and 3 s then overlap by whole slices. */
const SLICES_PER_SECOND = 10;
const MOMENTARY_SLICES = 4;
const SHORT_TERM_SLICES = 30;

/**
 * Measures mono or stereo sound. One channel counts once: mono is 3 LU quieter than the same sound on both sides.
 * @throws RangeError for more than two channels (surround needs channel weights this project has no use for)
 */
export function measureLoudness(pcm: Pcm): Loudness {
  if (pcm.channels.length > 2) {
    throw new RangeError(
      `Cannot measure the loudness of ${pcm.channels.length} channels; fold them to mono or stereo first`,
    );
  }
  const slices = sliceEnergies(pcm);
  return { integratedLufs: integrated(slices), rangeLu: range(slices) };
}

/** Mean square of the K-weighted sound per slice, channels added up. */
function sliceEnergies(pcm: Pcm): Float64Array {
  const count = Math.floor((frameCount(pcm) * SLICES_PER_SECOND) / pcm.sampleRate);
  const energies = new Float64Array(count);
  const { shelf: s, highPass: h } = kWeighting(pcm.sampleRate);
  for (const samples of pcm.channels) {
    let s1 = 0;
    let s2 = 0;
    let h1 = 0;
    let h2 = 0;
    let from = 0;
    for (let slice = 0; slice < count; slice += 1) {
      const to = Math.round(((slice + 1) * pcm.sampleRate) / SLICES_PER_SECOND);
      let sum = 0;
      for (let i = from; i < to; i += 1) {
        const x = samples[i] ?? 0;
        const y = s.b0 * x + s1;
        s1 = s.b1 * x - s.a1 * y + s2;
        s2 = s.b2 * x - s.a2 * y;
        const z = y + h1;
        h1 = -2 * y - h.a1 * z + h2;
        h2 = y - h.a2 * z;
        sum += z * z;
      }
      energies[slice] = (energies[slice] ?? 0) + sum / (to - from);
      from = to;
      // Digital silence would leave denormal numbers in the memories, many times slower than zeros.
      if (sum < 1e-30) s1 = s2 = h1 = h2 = 0;
    }
  }
  return energies;
}

function integrated(slices: Float64Array): number {
  const blocks = slidingMeans(slices, MOMENTARY_SLICES).filter((energy) => toLufs(energy) > ABSOLUTE_GATE);
  const relativeGate = toLufs(mean(blocks)) - 10;
  return toLufs(mean(blocks.filter((energy) => toLufs(energy) > relativeGate)));
}

/** EBU Tech 3342: the spread between the 10th and the 95th percentile of the gated short-term loudness. */
function range(slices: Float64Array): number {
  const blocks = slidingMeans(slices, SHORT_TERM_SLICES).filter((energy) => toLufs(energy) > ABSOLUTE_GATE);
  const relativeGate = toLufs(mean(blocks)) - 20;
  const levels = blocks
    .map(toLufs)
    .filter((level) => level > relativeGate)
    .sort((a, b) => a - b);
  const at = (share: number): number => levels[Math.round(share * (levels.length - 1))] ?? 0;
  return levels.length < 2 ? 0 : at(0.95) - at(0.1);
}

function slidingMeans(slices: Float64Array, width: number): number[] {
  const means: number[] = [];
  for (let from = 0; from + width <= slices.length; from += 1) {
    let sum = 0;
    for (let i = from; i < from + width; i += 1) sum += slices[i] ?? 0;
    means.push(sum / width);
  }
  return means;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function toLufs(energy: number): number {
  return energy > 0 ? -0.691 + 10 * Math.log10(energy) : Number.NEGATIVE_INFINITY;
}
