import { ownCopy, shownValue } from './label-values.ts';

/** One of the heaviest: its weight is at most `weight`, and at least `weight - error`. */
export interface Heavy {
  readonly key: string;
  readonly weight: number;
  readonly error: number;
}

interface Tracked {
  readonly key: string;
  weight: number;
  error: number;
  /** In the heap. */
  place: number;
}

const DEFAULT_TRACKED = 100;
const MOST_TRACKED = 10_000;

/**
 * The heaviest of any number of keys in the room of `k`: Space-Saving (Metwally, Agrawal, El Abbadi: "Efficient Computation
 * of Frequent and Top-k Elements in Data Streams", 2005). Every key with more than 1/k of the whole weight is among them, and
 * no error is above that share. For figures by principal, which must not become labels.
 */
export class TopK {
  readonly #k: number;
  readonly #byKey = new Map<string, Tracked>();
  /** The lightest first: a binary heap. */
  readonly #heap: Tracked[] = [];
  #total = 0;

  /** Throws RangeError unless `k` is a whole number from 1 to 10,000. */
  constructor(k: number = DEFAULT_TRACKED) {
    if (!Number.isInteger(k) || k < 1 || k > MOST_TRACKED) {
      throw new RangeError(`Cannot keep the ${k} heaviest; give a whole number from 1 to ${MOST_TRACKED}`);
    }
    this.#k = k;
  }

  /** The whole weight, of all keys there ever were. */
  get total(): number {
    return this.#total;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** A weight that is not finite and positive changes nothing. Keys are cut at 128 characters. */
  add(key: string, weight = 1): void {
    if (!(weight > 0 && weight < Infinity)) return;
    this.#total += weight;
    // Almost every key is kept as it comes; looking at what it is made of costs more than all the rest.
    const known = this.#byKey.get(key) ?? this.#byKey.get(shownValue(key));
    if (known === undefined) {
      this.#enter(shownValue(key), weight);
      return;
    }
    known.weight += weight;
    this.#sink(known);
  }

  /** The `n` heaviest, from the heaviest on. */
  top(n: number): readonly Heavy[] {
    return [...this.#heap]
      .sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1))
      .slice(0, n)
      .map(({ key, weight, error }) => ({ key, weight, error }));
  }

  clear(): void {
    this.#byKey.clear();
    this.#heap.length = 0;
    this.#total = 0;
  }

  #enter(shown: string, weight: number): void {
    const lightest = this.#heap.length < this.#k ? undefined : this.#heap[0];
    const error = lightest?.weight ?? 0;
    const place = lightest === undefined ? this.#heap.length : 0;
    const tracked = { key: ownCopy(shown), weight: error + weight, error, place };
    if (lightest !== undefined) this.#byKey.delete(lightest.key);
    this.#byKey.set(tracked.key, tracked);
    this.#heap[place] = tracked;
    if (lightest === undefined) this.#rise(tracked);
    else this.#sink(tracked);
  }

  #sink(tracked: Tracked): void {
    for (;;) {
      const left = this.#heap[2 * tracked.place + 1];
      const right = this.#heap[2 * tracked.place + 2];
      const lighter = left !== undefined && right !== undefined && right.weight < left.weight ? right : left;
      if (lighter === undefined || lighter.weight >= tracked.weight) return;
      this.#swap(tracked, lighter);
    }
  }

  #rise(tracked: Tracked): void {
    while (tracked.place > 0) {
      const above = this.#heap[(tracked.place - 1) >> 1];
      if (above === undefined || above.weight <= tracked.weight) return;
      this.#swap(above, tracked);
    }
  }

  #swap(upper: Tracked, lower: Tracked): void {
    const { place } = upper;
    upper.place = lower.place;
    lower.place = place;
    this.#heap[upper.place] = upper;
    this.#heap[lower.place] = lower;
  }
}
