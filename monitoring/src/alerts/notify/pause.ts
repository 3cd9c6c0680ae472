import type { Random } from './clock.ts';

export interface PauseRules {
  /** The first pause is drawn from 0 to this; the bound doubles each time. */
  readonly pauseMs: number;
  /** What the bound grows to. */
  readonly longestPauseMs: number;
}

/** Whoever asks for more gets this: an alert that is told tomorrow helps nobody. */
const LONGEST_ASKED_MS = 900_000;

/**
 * How long to wait before trying again, in milliseconds: full jitter («Exponential Backoff And Jitter», AWS 2015), so that
 * many that failed together do not come back together, and after what the other side asked for, not before.
 *
 * @param failures how often it failed, 1 or more
 */
export function pauseAfter(failures: number, asked: number | undefined, rules: PauseRules, random: Random): number {
  const bound = Math.min(rules.longestPauseMs, rules.pauseMs * 2 ** (failures - 1));
  if (asked === undefined) return random() * bound;
  return Math.min(asked, LONGEST_ASKED_MS) + random() * Math.min(bound, rules.pauseMs);
}
