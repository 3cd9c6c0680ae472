import type { Random } from '../clock.ts';
import { IndexedHeap } from './indexed-heap.ts';
import { Roster } from './roster.ts';
import type { Candidate, StrategyContext, Warmth } from './strategy.ts';
import { loadOf, overlooks } from './warmth.ts';
import { weightOf } from './weight.ts';

const SETTLING = 4;

interface Filed {
  readonly candidate: Candidate;
  adoption: number;
  place: number;
  /** As last seen: a worker's calls of other tools come and go without a word to this strategy. */
  inFlight: number;
  load: number;
  /** Among equally loaded the smallest is first; each pick moves it on by one over the weight. */
  turn: number;
}

/** Workers by load, the least loaded first, equally loaded ones in turn by weight. */
export class LoadOrder {
  readonly #random: Random;
  readonly #warmth: Warmth;
  readonly #roster = new Roster<Filed>((candidate) => ({
    candidate,
    adoption: 0,
    place: 0,
    inFlight: 0,
    load: 0,
    turn: 0,
  }));
  readonly #heap = new IndexedHeap<Filed>((a, b) => a.load < b.load || (a.load === b.load && a.turn < b.turn));
  #inFlight = 0;
  #weight = 0;
  #now = 0;
  #next = 0;

  constructor({ random, warmth }: Pick<StrategyContext, 'random' | 'warmth'>) {
    this.#random = random;
    this.#warmth = warmth;
  }

  /** Calls in flight at all who are adopted, as far as seen. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Weight of all who are adopted. */
  get weight(): number {
    return this.#weight;
  }

  adopt(available: readonly Candidate[]): void {
    for (const filed of this.#roster.members) filed.turn -= this.#now;
    this.#now = 0;
    this.#inFlight = 0;
    this.#weight = 0;
    this.#roster.adopt(available, (filed) => {
      filed.turn = this.#random() / weightOf(filed.candidate);
    });
    for (const filed of this.#roster.members) {
      filed.inFlight = filed.candidate.inFlight;
      filed.load = loadOf(filed.candidate, this.#warmth);
      this.#inFlight += filed.inFlight;
      this.#weight += weightOf(filed.candidate);
    }
    this.#heap.fill(this.#roster.members);
  }

  /** The least loaded, or the next when it is `not`, or too cold this time. */
  take(not: Candidate | undefined): Candidate | undefined {
    this.#lookAtOneMore();
    const first = this.#settledFirst();
    const { second } = this.#heap;
    if (first === undefined) return undefined;
    if (second === undefined) return first.candidate;
    const past = first.candidate === not || (second.candidate !== not && this.#overlooks(first.candidate));
    // Its turn is over also when it was looked past, or it would be asked until it is taken.
    this.#pass(first);
    if (!past) return first.candidate;
    this.#pass(second);
    return second.candidate;
  }

  /** Looks again at a worker whose load has changed. */
  refresh(candidate: Candidate): void {
    const filed = this.#roster.of(candidate);
    if (filed !== undefined && this.#roster.has(filed)) this.#file(filed);
  }

  #overlooks(candidate: Candidate): boolean {
    return overlooks(this.#warmth, candidate, this.#random);
  }

  #pass(filed: Filed): void {
    this.#now = Math.max(this.#now, filed.turn);
    filed.turn = this.#now + 1 / weightOf(filed.candidate);
    this.#heap.moved(filed);
  }

  /** One at each pick, in turn: what changed unnoticed is noticed within as many picks as there are workers. */
  #lookAtOneMore(): void {
    const { members } = this.#roster;
    this.#next = this.#next + 1 < members.length ? this.#next + 1 : 0;
    const filed = members[this.#next];
    if (filed !== undefined) this.#file(filed);
  }

  #settledFirst(): Filed | undefined {
    for (let tries = 0; tries < SETTLING; tries++) {
      const { first } = this.#heap;
      if (first === undefined || !this.#file(first)) return first;
    }
    return this.#heap.first;
  }

  /** True when it was filed wrongly. */
  #file(filed: Filed): boolean {
    const { inFlight } = filed.candidate;
    this.#inFlight += inFlight - filed.inFlight;
    filed.inFlight = inFlight;
    const load = loadOf(filed.candidate, this.#warmth);
    if (load === filed.load) return false;
    filed.load = load;
    this.#heap.moved(filed);
    return true;
  }
}
