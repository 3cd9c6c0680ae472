import type { Random } from '../clock.ts';
import type { Candidate, PickHint, Strategy, StrategyContext, Warmth } from './strategy.ts';
import { loadOf, overlooks } from './warmth.ts';
import { weightOf } from './weight.ts';

const TRIES = 4;

/**
 * The less loaded of two at random (Mitzenmacher, «The Power of Two Choices», 2001): nearly as even as looking at all, and
 * gateways that know nothing of each other do not all run to the same worker.
 */
export class PowerOfTwo implements Strategy {
  readonly #random: Random;
  readonly #warmth: Warmth;
  #members: readonly Candidate[] = [];

  constructor({ random, warmth }: StrategyContext) {
    this.#random = random;
    this.#warmth = warmth;
  }

  adopt(available: readonly Candidate[]): void {
    this.#members = [...available];
  }

  pick({ not }: PickHint): Candidate | undefined {
    const members = this.#members;
    const count = members.length;
    if (count < 2) return members[0];
    for (let tries = 1; ; tries++) {
      const first = Math.floor(this.#random() * count);
      const other = Math.floor(this.#random() * (count - 1));
      const a = members[first];
      const b = members[other < first ? other : other + 1];
      if (a === not) return b;
      if (b === not) return a;
      if (a === undefined || b === undefined) return a ?? b;
      const pastA = overlooks(this.#warmth, a, this.#random);
      const pastB = overlooks(this.#warmth, b, this.#random);
      if (pastA !== pastB) return pastA ? b : a;
      if (!pastA || tries === TRIES) return this.#lighter(a, b);
    }
  }

  started(): void {}

  ended(): void {}

  explain(candidate: Candidate): Readonly<Record<string, number>> {
    return { load: loadOf(candidate, this.#warmth) };
  }

  #lighter(a: Candidate, b: Candidate): Candidate {
    const difference = loadOf(a, this.#warmth) - loadOf(b, this.#warmth);
    if (difference !== 0) return difference < 0 ? a : b;
    const weight = weightOf(a);
    return this.#random() * (weight + weightOf(b)) < weight ? a : b;
  }
}
