import type { Outcome } from '../outcome.ts';
import { LoadOrder } from './load-order.ts';
import { Rendezvous } from './rendezvous.ts';
import type { Candidate, PickHint, Strategy, StrategyContext, Warmth } from './strategy.ts';
import { weightOf } from './weight.ts';

export interface AffinityOptions {
  /**
   * How much more than its share of all calls in flight a worker may have before its keys go to the next in their
   * order; 1.5 by default, above 1. Larger keeps keys together, smaller keeps loads even.
   */
  readonly bound?: number;
}

/**
 * Calls with the same key go to the same worker, where a model or a voice is already loaded: rendezvous hashing with
 * bounded loads (Mirrokni, Thorup and Zadimoghaddam 2016). When all the first eight of a key have their share, the least
 * loaded takes the call. Calls without a key go by another strategy.
 */
export class Affinity implements Strategy {
  readonly #keyless: Strategy;
  readonly #bound: number;
  readonly #warmth: Warmth;
  readonly #rendezvous = new Rendezvous();
  readonly #loads: LoadOrder;

  /** @throws Error when the bound is not above 1. */
  constructor(context: StrategyContext, keyless: Strategy, { bound = 1.5 }: AffinityOptions = {}) {
    if (!(bound > 1 && bound < Number.POSITIVE_INFINITY)) {
      throw new Error(
        `Cannot bound the load of a worker at "${bound}" times its share; give a number above 1, such as 1.5`,
      );
    }
    this.#keyless = keyless;
    this.#bound = bound;
    this.#warmth = context.warmth;
    this.#loads = new LoadOrder(context);
  }

  adopt(available: readonly Candidate[]): void {
    this.#keyless.adopt(available);
    this.#rendezvous.adopt(available);
    this.#loads.adopt(available);
  }

  pick(hint: PickHint): Candidate | undefined {
    const { affinity, not } = hint;
    if (affinity === undefined) return this.#keyless.pick(hint);
    const perWeight = (this.#bound * (this.#loads.inFlight + 1)) / this.#loads.weight;
    for (const candidate of this.#rendezvous.order(affinity)) {
      if (candidate === not) continue;
      const most = Math.ceil(perWeight * weightOf(candidate) * this.#warmth.of(candidate));
      if (candidate.inFlight < most) return candidate;
    }
    return this.#loads.take(not);
  }

  welcomes(candidate: Candidate, waitMs: number): boolean {
    return this.#keyless.welcomes?.(candidate, waitMs) ?? true;
  }

  started(candidate: Candidate): void {
    this.#loads.refresh(candidate);
    this.#keyless.started(candidate);
  }

  ended(candidate: Candidate, outcome: Outcome, elapsedMs: number): void {
    this.#loads.refresh(candidate);
    this.#keyless.ended(candidate, outcome, elapsedMs);
  }

  explain(candidate: Candidate): Readonly<Record<string, number>> {
    return this.#keyless.explain?.(candidate) ?? {};
  }
}
