import type { Random } from '../clock.ts';
import { IndexedHeap } from './indexed-heap.ts';
import { Roster } from './roster.ts';
import type { Candidate, PickHint, Strategy, StrategyContext, Warmth } from './strategy.ts';
import { overlooks } from './warmth.ts';
import { weightOf } from './weight.ts';

const TRIES = 8;

interface Turn {
  readonly candidate: Candidate;
  adoption: number;
  place: number;
  /** When its turn comes, in virtual time: each pick moves it on by one over its weight. */
  at: number;
}

/**
 * Turns in proportion to weights, smoothly: 3, 1, 1 gives a b a c a, never a a a b c. Earliest virtual deadline first
 * (stride scheduling, Waldspurger 1995), because nginx's smooth weighted round robin walks through everyone at every pick.
 * Any two stay within one turn of each other: |picks a ÷ weight a − picks b ÷ weight b| ≤ 1 ÷ weight a + 1 ÷ weight b.
 */
export class Weighted implements Strategy {
  readonly #random: Random;
  readonly #warmth: Warmth;
  readonly #roster = new Roster<Turn>((candidate) => ({ candidate, adoption: 0, place: 0, at: 0 }));
  readonly #turns = new IndexedHeap<Turn>((a, b) => a.at < b.at);
  #now = 0;

  constructor({ random, warmth }: StrategyContext) {
    this.#random = random;
    this.#warmth = warmth;
  }

  adopt(available: readonly Candidate[]): void {
    // Virtual time begins anew, so that it never outgrows what a number holds exactly.
    for (const turn of this.#roster.members) turn.at -= this.#now;
    this.#now = 0;
    // Somewhere in its first round: many who come together would otherwise be picked one after the other.
    this.#roster.adopt(available, (turn) => {
      turn.at = this.#random() / weightOf(turn.candidate);
    });
    this.#turns.fill(this.#roster.members);
  }

  pick({ not }: PickHint): Candidate | undefined {
    for (let tries = 1; ; tries++) {
      const first = this.#turns.first;
      if (first === undefined) return undefined;
      const turn = first.candidate === not ? (this.#turns.second ?? first) : first;
      this.#now = first.at;
      turn.at += 1 / weightOf(turn.candidate);
      this.#turns.moved(turn);
      if (tries === TRIES || !overlooks(this.#warmth, turn.candidate, this.#random)) return turn.candidate;
    }
  }

  started(): void {}

  ended(): void {}
}
