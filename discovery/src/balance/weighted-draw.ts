import type { Random } from '../clock.ts';
import type { Candidate } from './strategy.ts';
import { weightOf } from './weight.ts';

/**
 * Draws numbers of workers with the probability of their weight, in constant time: Walker's alias table (1977), built as
 * Vose does (1991). Each number has a column of equal width that it shares with at most one other, its alias.
 */
export class WeightedDraw {
  readonly #random: Random;
  #count = 0;
  /** Which part of its column is a number's own; empty when all weigh the same. */
  #own = new Float64Array(0);
  #alias = new Int32Array(0);

  constructor(random: Random) {
    this.#random = random;
  }

  /** Numbers are places in this list from now on. */
  fill(candidates: readonly Candidate[]): void {
    this.#count = candidates.length;
    const weights = candidates.map(weightOf);
    if (weights.every((weight) => weight === weights[0])) {
      this.#own = new Float64Array(0);
      return;
    }
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
    this.#own = Float64Array.from(weights, (weight) => weight / mean);
    this.#alias = Int32Array.from(weights, (_, number) => number);
    this.#level();
  }

  /** Some number; 0 when there are none. */
  draw(): number {
    const at = this.#random() * this.#count;
    const number = Math.floor(at);
    const own = this.#own[number];
    return own === undefined || at - number < own ? number : (this.#alias[number] ?? number);
  }

  /** Some number but this one, of at least two: by weight if the first draw is another, else any. */
  drawOther(than: number): number {
    const number = this.draw();
    if (number !== than) return number;
    return (than + 1 + Math.floor(this.#random() * (this.#count - 1))) % this.#count;
  }

  /** What is too much for one column fills up another that has too little. */
  #level(): void {
    const own = this.#own;
    const poor: number[] = [];
    const rich: number[] = [];
    for (const [number, height] of own.entries()) (height < 1 ? poor : rich).push(number);
    for (;;) {
      const taker = poor.pop();
      const giver = rich.pop();
      if (taker === undefined || giver === undefined) return;
      this.#alias[taker] = giver;
      const left = (own[giver] ?? 1) + (own[taker] ?? 1) - 1;
      own[giver] = left;
      (left < 1 ? poor : rich).push(giver);
    }
  }
}
