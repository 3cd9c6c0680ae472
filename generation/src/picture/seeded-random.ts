/** A repeatable source of chance: the same seed draws the same picture on every machine. */
export interface SeededRandom {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One of the items; the list must not be empty. */
  pick<T>(items: readonly [T, ...T[]]): T;
  /** Bell-shaped around 0, nearly all of it within ±3 (sum of six uniforms, scaled to variance 1). */
  bell(): number;
}

/** sfc32 (Chris Doty-Humphrey, PractRand), seeded by one 32-bit number and run in for twelve rounds. */
export function seededRandom(seed: number): SeededRandom {
  let a = seed >>> 0;
  let b = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  let c = Math.imul(seed ^ 0x243f6a88, 0xc2b2ae35) >>> 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = ((c << 21) | (c >>> 11)) >>> 0;
    c = (c + sum) >>> 0;
    return sum / 4294967296;
  };
  for (let round = 0; round < 12; round += 1) next();
  const between = (low: number, high: number) => low + (high - low) * next();
  return {
    next,
    between,
    whole: (low, high) => Math.floor(between(low, high + 1)),
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    bell: () => (next() + next() + next() + next() + next() + next() - 3) * Math.SQRT2,
  };
}
