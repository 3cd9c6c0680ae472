import type { Clock, Random } from '../clock.ts';
import type { Outcome } from '../outcome.ts';

/** One worker for one tool, as the balancer knows it. The caller keeps the object for as long as the worker is there. */
export interface Candidate {
  readonly id: string;
  /** Its share beside others; 1 is usual. Strategies treat what is not between 0.001 and 1,000 as the nearer end. */
  readonly weight: number;
  /** Calls it takes at once, all tools together. */
  readonly slots: number;
  readonly zone: string | undefined;
  /** Calls of all tools it has now: the caller counts up before `started` and down before `ended`. */
  inFlight: number;
}

/** What is known of the call that wants a worker. */
export interface PickHint {
  /** Calls with the same key go to the same worker while it has room, if the strategy knows how. */
  readonly affinity?: string | undefined;
  /** Workers of this zone first, while they have room. */
  readonly zone?: string | undefined;
  /** The one that just failed: not again, unless it is the only one. */
  readonly not?: Candidate | undefined;
}

/**
 * Chooses workers for one tool. Pick, started and ended are called for every call and must not walk through all workers;
 * adopt is called when the set changes and may. A picked worker may have no free slot: the
 * caller then asks again with `not`, or lets the call wait. Between pick and started anything may happen, also nothing.
 */
export interface Strategy {
  /** These may be picked from now on, and no others. The array is the caller's: it may change it afterwards. */
  adopt(available: readonly Candidate[]): void;
  /** Undefined when nobody was adopted, and only then. */
  pick(hint: PickHint): Candidate | undefined;
  /**
   * Whether to take a slot of this worker, which has other calls already, rather than to wait about `waitMs` for another.
   * Asked for calls that wait in line; left out: always.
   */
  welcomes?(candidate: Candidate, waitMs: number): boolean;
  started(candidate: Candidate): void;
  /** Also for workers that are no longer adopted. `elapsedMs`: from the start of this attempt. */
  ended(candidate: Candidate, outcome: Outcome, elapsedMs: number): void;
  /** What it thinks of a worker, in numbers, for people who ask why. */
  explain?(candidate: Candidate): Readonly<Record<string, number>>;
}

/** How warm a worker is: above 0, and 1 for all but those that came a moment ago. */
export interface Warmth {
  of(candidate: Candidate): number;
}

/** What strategies are made of. */
export interface StrategyContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly warmth: Warmth;
}

/** Makes the strategy of one tool; it shares nothing with those of other tools. */
export type StrategyFactory = (context: StrategyContext) => Strategy;
