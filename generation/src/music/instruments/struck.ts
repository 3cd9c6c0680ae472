import type { Voice } from './voice.ts';

/** One vibration of a struck or plucked body. */
export interface Partial {
  /** Times the fundamental. */
  readonly ratio: number;
  readonly level: number;
  /** Seconds until it has fallen by 60 dB, at middle C. */
  readonly decay: number;
}

/** Partials above this are left out: they would only hiss. */
const HIGHEST_PARTIAL = 9_000;
const ATTACK_SECONDS = 0.003;
const RELEASE_SECONDS = 0.12;
const LONGEST_SECONDS = 5;
const MIDDLE_C = 261.63;

/**
 * A body that was hit once: a sum of dying vibrations, each a two-pole resonator (a damped sine by recurrence), damped by
 * hand when the tone is let go.
 * @param partials what the body is made of
 */
export function struck(partials: readonly Partial[]): Voice {
  return ({ frequency, seconds, sampleRate }) => {
    // Long strings ring longer than short ones.
    const length = Math.sqrt(MIDDLE_C / frequency);
    const longest = Math.max(...partials.map(({ decay }) => decay)) * length;
    const held = Math.min(LONGEST_SECONDS, seconds, longest);
    const samples = new Float32Array(Math.ceil((held + RELEASE_SECONDS) * sampleRate));
    for (const { ratio, level, decay } of partials) {
      const hertz = frequency * ratio;
      if (hertz < HIGHEST_PARTIAL) addResonance(samples, hertz / sampleRate, level, decay * length * sampleRate);
    }
    shape(samples, ATTACK_SECONDS * sampleRate, RELEASE_SECONDS * sampleRate);
    return samples;
  };
}

function addResonance(samples: Float32Array, turnsPerSample: number, level: number, decaySamples: number): void {
  const keep = 10 ** (-3 / decaySamples);
  const omega = 2 * Math.PI * turnsPerSample;
  const a = 2 * Math.cos(omega) * keep;
  const b = keep * keep;
  let before = 0;
  let now = Math.sin(omega) * level;
  for (let i = 1; i < samples.length; i += 1) {
    samples[i] = (samples[i] ?? 0) + now;
    const next = a * now - b * before;
    before = now;
    now = next;
  }
}

/** Rounds the very beginning and lets the end die away. */
export function shape(samples: Float32Array, attack: number, release: number): void {
  const rise = Math.min(attack, samples.length / 2);
  for (let i = 0; i < rise; i += 1) samples[i] = (samples[i] ?? 0) * (i / rise);
  const fall = Math.min(release, samples.length / 2);
  for (let i = 0; i < fall; i += 1) {
    const at = samples.length - 1 - i;
    const t = i / fall;
    samples[at] = (samples[at] ?? 0) * t * t * (3 - 2 * t);
  }
}
