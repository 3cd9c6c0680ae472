import { type Partial, struck } from './struck.ts';

/** Overtones of a string plucked at a point: those with a node there are missing, high ones die first. */
function string(count: number, pluckedAt: number, decay: number, darkness: number): Partial[] {
  return Array.from({ length: count }, (_, i) => {
    const n = i + 1;
    const shaped = Math.abs(Math.sin(n * Math.PI * pluckedAt)) / n ** darkness;
    return { ratio: n * Math.sqrt(1 + 0.0002 * n * n), level: shaped, decay: decay / (1 + 0.38 * i) };
  });
}

/** Soft nylon harp. */
export const harp = struck(scaled(string(10, 0.31, 1.7, 0.95)));

/** Felt piano: every overtone, slightly sharp, long. */
export const piano = struck(scaled(string(11, 0.12, 3.2, 1.0)));

/** A string plucked with the finger and stopped at once. */
export const pizzicato = struck(scaled(string(9, 0.27, 0.5, 0.95)));

/** Thumb piano: a clear fundamental, two quick overtones of a metal tongue. */
export const kalimba = struck([
  { ratio: 1, level: 0.85, decay: 1.1 },
  { ratio: 2.01, level: 0.16, decay: 0.5 },
  { ratio: 5.4, level: 0.07, decay: 0.12 },
]);

/** Electric piano: a bark that goes at once and a round tone that stays. */
export const keys = struck([
  { ratio: 1, level: 0.72, decay: 2.8 },
  { ratio: 2, level: 0.22, decay: 1.2 },
  { ratio: 3, level: 0.1, decay: 0.7 },
  { ratio: 4.02, level: 0.06, decay: 0.35 },
  { ratio: 7.1, level: 0.04, decay: 0.09 },
]);

/** Soft glockenspiel, its clang mostly left away. */
export const bell = struck([
  { ratio: 1, level: 0.8, decay: 2.6 },
  { ratio: 2.005, level: 0.14, decay: 1.5 },
  { ratio: 2.76, level: 0.07, decay: 0.7 },
  { ratio: 4.1, level: 0.03, decay: 0.3 },
]);

/** Brings the sum of levels to 1, so that no tone can exceed full scale. */
function scaled(partials: readonly Partial[]): Partial[] {
  const sum = partials.reduce((total, { level }) => total + level, 0);
  return partials.map((partial) => ({ ...partial, level: partial.level / sum }));
}
