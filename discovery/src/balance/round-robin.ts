import type { Random } from '../clock.ts';
import type { Candidate, PickHint, Strategy, StrategyContext, Warmth } from './strategy.ts';
import { overlooks } from './warmth.ts';

const TRIES = 8;

/** Everyone in turn, whatever its load and weight. */
export class RoundRobin implements Strategy {
  readonly #random: Random;
  readonly #warmth: Warmth;
  #members: readonly Candidate[] = [];
  #turn: number;

  constructor({ random, warmth }: StrategyContext) {
    this.#random = random;
    this.#warmth = warmth;
    // Several gateways that began with the same worker would walk in step.
    this.#turn = Math.floor(random() * 1_000);
  }

  adopt(available: readonly Candidate[]): void {
    this.#members = [...available];
  }

  pick({ not }: PickHint): Candidate | undefined {
    const next = this.#next();
    if (next === undefined || this.#takes(next, not)) return next;
    // The turn passes to anyone: the neighbour would get two in every round.
    for (let tries = 0; tries < TRIES; tries++) {
      const other = this.#members[Math.floor(this.#random() * this.#members.length)];
      if (other !== undefined && this.#takes(other, not)) return other;
    }
    return next === not ? this.#next() : next;
  }

  started(): void {}

  ended(): void {}

  #next(): Candidate | undefined {
    const count = this.#members.length;
    if (count === 0) return undefined;
    this.#turn = (this.#turn + 1) % count;
    return this.#members[this.#turn];
  }

  #takes(candidate: Candidate, not: Candidate | undefined): boolean {
    return candidate !== not && !overlooks(this.#warmth, candidate, this.#random);
  }
}
