import { applyBiquad, highPass, lowPass } from '../../audio/biquad.ts';
import { shape } from './struck.ts';
import type { Tone, Voice } from './voice.ts';

/** A membrane whose pitch falls as it relaxes. */
function drum(from: number, to: number, fallSeconds: number, decaySeconds: number): Voice {
  return ({ sampleRate }) => {
    const samples = new Float32Array(Math.ceil(decaySeconds * 6 * sampleRate));
    let phase = 0;
    for (let i = 0; i < samples.length; i += 1) {
      const t = i / sampleRate;
      phase += (to + (from - to) * Math.exp(-t / fallSeconds)) / sampleRate;
      samples[i] = Math.sin(2 * Math.PI * phase) * Math.exp(-t / decaySeconds);
    }
    shape(samples, 0.003 * sampleRate, 0.03 * sampleRate);
    return samples;
  };
}

/** A burst of noise between two corners. */
function burst(lowest: number, highest: number, attackSeconds: number, decaySeconds: number): Voice {
  return ({ sampleRate, random }: Tone) => {
    const samples = new Float32Array(Math.ceil((attackSeconds + decaySeconds * 6) * sampleRate));
    for (let i = 0; i < samples.length; i += 1) {
      const t = i / sampleRate - attackSeconds;
      samples[i] = (random.next() * 2 - 1) * (t < 0 ? 1 : Math.exp(-t / decaySeconds));
    }
    applyBiquad(samples, highPass(lowest, Math.SQRT1_2, sampleRate));
    applyBiquad(samples, lowPass(highest, Math.SQRT1_2, sampleRate));
    shape(samples, Math.max(0.001, attackSeconds) * sampleRate, 0.02 * sampleRate);
    return samples;
  };
}

/** Soft bass drum. */
export const kick = drum(105, 46, 0.035, 0.13);

/** Deep drum in a hall. */
export const tom = drum(96, 58, 0.06, 0.28);

/** Snare of an old record: noise over a short skin. */
export const snare: Voice = (tone) => {
  const noise = burst(700, 3_800, 0, 0.07)(tone);
  const skin = drum(230, 175, 0.02, 0.05)(tone);
  return noise.map((sample, i) => sample * 0.7 + (skin[i] ?? 0) * 0.5);
};

/** Brushes, or fingers snapping far away. */
export const brush = burst(1_100, 4_200, 0.004, 0.06);

/** Closed hi-hat, its hiss rounded off. */
export const hat = burst(5_200, 9_500, 0.001, 0.022);

/** A dull tick. */
export const tick = burst(2_500, 6_000, 0.001, 0.015);
