import type { Clock } from '../clock.ts';
import { within } from './within.ts';

export interface BudgetOptions {
  readonly clock: Clock;
  /** Further attempts per call, over time. */
  readonly share: number;
  /** Further attempts per second on top, so that a quiet gateway can retry at all. Nothing is added while all is in vain. */
  readonly perSecond: number;
  /** The most that can be saved up for the moment in which a worker with many calls dies. */
  readonly burst: number;
}

/** 20 % of calls and one a second. */
export function retryBudget(clock: Clock, differing: Partial<BudgetOptions> = {}): AttemptBudget {
  return new AttemptBudget({ share: 0.2, perSecond: 1, burst: 100, ...differing, clock });
}

/** 5 % of calls. */
export function hedgeBudget(clock: Clock, differing: Partial<BudgetOptions> = {}): AttemptBudget {
  return new AttemptBudget({ share: 0.05, perSecond: 0, burst: 20, ...differing, clock });
}

/** A quiet gateway's start: what `perSecond` gives in ten seconds. */
const START_SECONDS = 10;
const TINY = 1e-9;

/**
 * How many attempts there may be beyond the first of each call: a token bucket that calls and time fill (Finagle's retry
 * budget), with a debt while everything is down.
 *
 * A full bucket alone would let a storm begin with all its savings. So, once a further attempt has been in vain and nothing
 * has succeeded since, savings do not count: the further attempts since the last success stay at or below `share` of the calls
 * since then. What was spent before the first of them came back is paid off by the calls that follow.
 */
export class AttemptBudget {
  readonly #clock: Clock;
  readonly #share: number;
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;
  #inVain = false;
  #callsSinceSuccess = 0;
  #spentSinceSuccess = 0;

  /** @throws RangeError for an option outside its range */
  constructor(options: BudgetOptions) {
    this.#clock = options.clock;
    this.#share = within('share', options.share, 0, 1);
    this.#perSecond = within('perSecond', options.perSecond, 0, 1_000_000);
    this.#burst = within('burst', options.burst, 1, 1_000_000);
    this.#tokens = Math.min(this.#burst, this.#perSecond * START_SECONDS);
    this.#filledAt = this.#clock.monotonic();
  }

  /** What is saved up, for metrics. */
  get tokens(): number {
    return this.#tokens;
  }

  /** A call has come in: once per call, not per attempt. */
  called(): void {
    this.#callsSinceSuccess++;
    this.#tokens = Math.min(this.#burst, this.#tokens + this.#share);
  }

  /** An attempt, whichever, has succeeded: something is alive. */
  succeeded(): void {
    if (this.#inVain) this.#fill();
    this.#inVain = false;
    this.#callsSinceSuccess = 0;
    this.#spentSinceSuccess = 0;
  }

  /** An attempt this budget paid for has failed too. */
  wasInVain(): void {
    this.#fill();
    this.#inVain = true;
  }

  /** Pays for one further attempt, or answers false: then the failure is the answer. */
  spend(): boolean {
    this.#fill();
    if (this.#tokens + TINY < 1) return false;
    if (this.#inVain && this.#spentSinceSuccess + 1 > this.#share * this.#callsSinceSuccess + TINY) return false;
    this.#tokens = Math.max(0, this.#tokens - 1);
    this.#spentSinceSuccess++;
    return true;
  }

  #fill(): void {
    const now = this.#clock.monotonic();
    if (!this.#inVain) {
      const earned = ((now - this.#filledAt) / 1_000) * this.#perSecond;
      this.#tokens = Math.min(this.#burst, this.#tokens + earned);
    }
    this.#filledAt = now;
  }
}
