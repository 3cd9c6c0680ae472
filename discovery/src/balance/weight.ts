import type { Candidate } from './strategy.ts';

const LEAST = 0.001;
const MOST = 1_000;

/** The weight to reckon with: positive and finite whatever a worker announced, so that no quotient is zero, infinite or NaN. */
export function weightOf({ weight }: Candidate): number {
  if (weight >= LEAST && weight <= MOST) return weight;
  return weight > MOST ? MOST : LEAST;
}
