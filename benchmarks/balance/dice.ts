import type { Random } from '@callsheet/discovery';

/**
 * The same numbers for the same seed and purpose (Mulberry32). One stream for each purpose, so that what one policy throws
 * more often does not change the calls that come.
 */
export function dice(seed: number, purpose: string): Random {
  let state = seed;
  for (const letter of purpose) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Log-normal with a coefficient of variation of 1: most are short, some take very long. */
export function logNormal(mean: number, random: Random): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return (mean / Math.SQRT2) * Math.exp(normal * Math.sqrt(Math.LN2));
}

/** The time to the next of events that come `perMs` often and know nothing of each other. */
export function gap(perMs: number, random: Random): number {
  return -Math.log(1 - random()) / perMs;
}

/** One of `count` keys by Zipf's law, nearly: the logarithm of a key's rank is uniform. */
export function zipf(count: number, random: Random): string {
  return `voice-${Math.floor(count ** random())}`;
}
