import type { Random } from '../clock.ts';
import type { Candidate, Warmth } from './strategy.ts';
import { weightOf } from './weight.ts';

/**
 * Whether to look past a worker this time. A worker as warm as 0.1 is seen one time in ten: that holds an idle newcomer
 * back, which by its load alone would attract everything.
 */
export function overlooks(warmth: Warmth, candidate: Candidate, random: Random): boolean {
  const warm = warmth.of(candidate);
  return warm < 1 && random() >= warm;
}

/** Calls in flight for each unit of weight; in a cold worker each counts for more. */
export function loadOf(candidate: Candidate, warmth: Warmth): number {
  const { inFlight } = candidate;
  return inFlight > 0 ? inFlight / (weightOf(candidate) * warmth.of(candidate)) : 0;
}
