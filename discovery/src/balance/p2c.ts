import type { Random } from '../clock.ts';
import type { Candidate, PickHint, Strategy, StrategyContext, Warmth } from './strategy.ts';
import { loadOf, overlooks } from './warmth.ts';
import { WeightedDraw } from './weighted-draw.ts';

const TRIES = 4;

/**
 * The less loaded of two drawn by weight (Mitzenmacher, «The Power of Two Choices», 2001): nearly as even as looking at all, and
 * gateways that know nothing of each other do not all run to the same worker.
 */
export class PowerOfTwo implements Strategy {
  readonly #random: Random;
  readonly #warmth: Warmth;
  readonly #numbers: WeightedDraw;
  #members: readonly Candidate[] = [];

  constructor({ random, warmth }: StrategyContext) {
    this.#random = random;
    this.#warmth = warmth;
    this.#numbers = new WeightedDraw(random);
  }

  adopt(available: readonly Candidate[]): void {
    this.#members = [...available];
    this.#numbers.fill(available);
  }

  pick({ not }: PickHint): Candidate | undefined {
    const members = this.#members;
    if (members.length < 2) return members[0];
    for (let tries = 1; ; tries++) {
      const first = this.#numbers.draw();
      const a = members[first];
      const b = members[this.#numbers.drawOther(first)];
      if (a === not) return b;
      if (b === not) return a;
      if (a === undefined || b === undefined) return a ?? b;
      const pastA = overlooks(this.#warmth, a, this.#random);
      const pastB = overlooks(this.#warmth, b, this.#random);
      if (pastA !== pastB) return pastA ? b : a;
      if (pastA && tries < TRIES) continue;
      return loadOf(b, this.#warmth) < loadOf(a, this.#warmth) ? b : a;
    }
  }

  started(): void {}

  ended(): void {}

  explain(candidate: Candidate): Readonly<Record<string, number>> {
    return { load: loadOf(candidate, this.#warmth) };
  }
}
