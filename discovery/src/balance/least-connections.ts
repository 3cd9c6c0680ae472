import { LoadOrder } from './load-order.ts';
import type { Candidate, PickHint, Strategy, StrategyContext, Warmth } from './strategy.ts';
import { loadOf } from './warmth.ts';

/**
 * The one with the fewest calls in flight for its weight. Careful: a worker that fails at once always has the fewest, so
 * it attracts calls; without a breaker `adaptive` is better.
 */
export class LeastConnections implements Strategy {
  readonly #warmth: Warmth;
  readonly #order: LoadOrder;

  constructor(context: StrategyContext) {
    this.#warmth = context.warmth;
    this.#order = new LoadOrder(context);
  }

  adopt(available: readonly Candidate[]): void {
    this.#order.adopt(available);
  }

  pick({ not }: PickHint): Candidate | undefined {
    return this.#order.take(not);
  }

  started(candidate: Candidate): void {
    this.#order.refresh(candidate);
  }

  ended(candidate: Candidate): void {
    this.#order.refresh(candidate);
  }

  explain(candidate: Candidate): Readonly<Record<string, number>> {
    return { load: loadOf(candidate, this.#warmth) };
  }
}
