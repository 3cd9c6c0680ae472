import { fromDecibels, toDecibels } from './decibel.ts';

export interface CompressorOptions {
  /** Level in dBFS above which the gain falls. */
  readonly thresholdDb: number;
  /** 3 lets one third of what is above the threshold through. */
  readonly ratio: number;
  /** Width in dB of the bend around the threshold. */
  readonly kneeDb: number;
  readonly attackSeconds: number;
  readonly releaseSeconds: number;
}

/** The gain is worked out once per this many samples and moves in a straight line between. */
const STEP = 32;

/**
 * Feed-forward compressor in place: level in decibels, soft knee, then smoothing of the gain
 * (Giannoulis, Massberg, Reiss, «Digital Dynamic Range Compressor Design», JAES 2012). No make-up gain.
 */
export function compress(samples: Float32Array, sampleRate: number, options: CompressorOptions): void {
  const attack = Math.exp(-STEP / (options.attackSeconds * sampleRate));
  const release = Math.exp(-STEP / (options.releaseSeconds * sampleRate));
  let reductionDb = 0;
  let gain = 1;
  for (let from = 0; from < samples.length; from += STEP) {
    const to = Math.min(from + STEP, samples.length);
    let peak = 0;
    for (let i = from; i < to; i += 1) peak = Math.max(peak, Math.abs(samples[i] ?? 0));
    const wantedDb = reductionAt(toDecibels(peak), options);
    const keep = wantedDb > reductionDb ? attack : release;
    reductionDb = wantedDb + (reductionDb - wantedDb) * keep;
    const next = fromDecibels(-reductionDb);
    const slope = (next - gain) / STEP;
    for (let i = from; i < to; i += 1) {
      gain += slope;
      samples[i] = (samples[i] ?? 0) * gain;
    }
    gain = next;
  }
}

/** How many decibels a steady level is turned down. */
function reductionAt(levelDb: number, { thresholdDb, ratio, kneeDb }: CompressorOptions): number {
  const over = levelDb - thresholdDb;
  const share = 1 - 1 / ratio;
  if (over <= -kneeDb / 2) return 0;
  if (over >= kneeDb / 2) return over * share;
  return (share * (over + kneeDb / 2) ** 2) / (2 * kneeDb);
}
