/** Sound in memory: one array of samples per channel, full scale at ±1. Plain data, so it crosses threads. */
export interface Pcm {
  /** Hertz. */
  readonly sampleRate: number;
  /** Left, right, …; all of the same length. */
  readonly channels: readonly Float32Array[];
}

const RATES = { lowest: 1_000, highest: 768_000 };
const MOST_CHANNELS = 64;

/**
 * Refuses sound that would poison whatever it is mixed into.
 * @param what how the sound is called in the error, e.g. `voice 2`
 * @throws RangeError for an odd sample rate, no or uneven channels, or a sample that is not a finite number
 */
export function checkPcm(pcm: Pcm, what = 'sound'): void {
  const { sampleRate, channels } = pcm;
  if (!Number.isInteger(sampleRate) || sampleRate < RATES.lowest || sampleRate > RATES.highest) {
    throw new RangeError(
      `Cannot use ${what}: its sample rate is "${sampleRate}"; give a whole number of hertz from ${RATES.lowest} to ${RATES.highest}`,
    );
  }
  if (channels.length === 0 || channels.length > MOST_CHANNELS) {
    throw new RangeError(`Cannot use ${what}: it has ${channels.length} channels; give 1 to ${MOST_CHANNELS}`);
  }
  const length = frameCount(pcm);
  channels.forEach((samples, index) => {
    if (samples.length !== length) {
      throw new RangeError(
        `Cannot use ${what}: channel ${index} has ${samples.length} samples and channel 0 has ${length}; make them equal`,
      );
    }
    if (!allFinite(samples)) {
      throw new RangeError(
        `Cannot use ${what}: channel ${index} holds a sample that is not a finite number; decode it again`,
      );
    }
  });
}

/** Samples per channel. */
export function frameCount(pcm: Pcm): number {
  return pcm.channels[0]?.length ?? 0;
}

/** Length in seconds. */
export function durationOf(pcm: Pcm): number {
  return frameCount(pcm) / pcm.sampleRate;
}

/** Digital silence. */
export function silence(seconds: number, sampleRate: number, channelCount = 1): Pcm {
  const length = Math.max(0, Math.round(seconds * sampleRate));
  return { sampleRate, channels: Array.from({ length: channelCount }, () => new Float32Array(length)) };
}

/** One channel: the average of all, so that full scale stays full scale. The single channel of mono sound is not copied. */
export function toMono(pcm: Pcm): Float32Array {
  const [first = new Float32Array(0), ...others] = pcm.channels;
  if (others.length === 0) return first;
  const mixed = new Float32Array(first.length);
  const share = 1 / pcm.channels.length;
  for (const samples of pcm.channels) {
    for (let i = 0; i < mixed.length; i += 1) mixed[i] = (mixed[i] ?? 0) + (samples[i] ?? 0) * share;
  }
  return mixed;
}

/** Two channels, not copied where they exist. Mono is heard on both sides; more than two are folded to mono first. */
export function toStereo(pcm: Pcm): readonly [Float32Array, Float32Array] {
  const [left, right] = pcm.channels;
  if (pcm.channels.length === 2 && left !== undefined && right !== undefined) return [left, right];
  const mono = toMono(pcm);
  return [mono, mono];
}

function allFinite(samples: Float32Array): boolean {
  // A finite number times zero is zero; NaN and infinities leave NaN behind. One pass without a branch per sample.
  let trace = 0;
  for (let i = 0; i < samples.length; i += 1) trace += (samples[i] ?? 0) * 0;
  return trace === 0;
}
