import type { Outcome } from '../outcome.ts';
import { FadingMean } from './fading-mean.ts';
import type { Candidate } from './strategy.ts';

/** Latencies scatter widely, so it takes many to know a mean; a worker that fails has to be known at once. */
const LATENCIES = 30;
const OUTCOMES = 10;
const FADE_MS = 10_000;
/** A tool that takes a minute is still known by its last calls. */
const FADE_IN_CALLS = 5;
/** Below it differences are noise of our own event loop; and what costs nothing would attract everything. */
const LEAST_LATENCY_MS = 1;
/** A price this old is good enough: nothing fades much meanwhile. */
const PRICE_KEPT_MS = 100;

/** What is usual in the fleet: newcomers are taken to be like the others, and so are those of whom nothing is remembered. */
export interface Usual {
  readonly latencyMs: number;
  readonly successRate: number;
}

/** How fast and how reliable one worker has been lately. */
export class TrackRecord {
  readonly candidate: Candidate;
  adoption = 0;
  readonly #latency = new FadingMean(LATENCIES);
  readonly #success = new FadingMean(OUTCOMES);
  #known = false;
  #fadedAt = 0;
  #price = 0;
  #pricedAt = Number.NEGATIVE_INFINITY;

  constructor(candidate: Candidate) {
    this.candidate = candidate;
  }

  /**
   * Takes in how a call ended, and answers how long it counts as having taken, if it says anything of that. A failure
   * says only that a call takes at least that long: counted as it is, failing at once would look fast.
   */
  learn(outcome: Outcome, elapsedMs: number, now: number, usual: Usual): number | undefined {
    this.#fade(now, usual);
    this.#known = true;
    this.#pricedAt = Number.NEGATIVE_INFINITY;
    if (outcome !== 'neutral') this.#success.add(outcome === 'ok' ? 1 : 0);
    if (outcome !== 'ok' && !(elapsedMs > this.#latency.with(usual.latencyMs))) return undefined;
    this.#latency.add(elapsedMs);
    return elapsedMs;
  }

  /** What a call costs here: expected milliseconds, dearer by the square of how often it fails. */
  price(now: number, usual: Usual): number {
    if (!this.#known) return priceOf(usual.latencyMs, usual.successRate);
    if (now - this.#pricedAt < PRICE_KEPT_MS) return this.#price;
    this.#fade(now, usual);
    this.#price = priceOf(this.#latency.with(usual.latencyMs), this.#success.with(usual.successRate));
    this.#pricedAt = now;
    return this.#price;
  }

  view(usual: Usual): Usual {
    return {
      latencyMs: this.#latency.with(usual.latencyMs),
      successRate: this.#success.with(usual.successRate),
    };
  }

  #fade(now: number, { latencyMs }: Usual): void {
    const age = now - this.#fadedAt;
    if (!(age > 0)) return;
    const keep = Math.exp(-age / Math.max(FADE_MS, FADE_IN_CALLS * latencyMs));
    this.#latency.fade(keep);
    this.#success.fade(keep);
    this.#fadedAt = now;
  }
}

function priceOf(latencyMs: number, successRate: number): number {
  return Math.max(latencyMs, LEAST_LATENCY_MS) / (successRate * successRate);
}
