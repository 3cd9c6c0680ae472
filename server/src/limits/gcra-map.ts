import { type Draining, DrainOrder } from './drain-order.ts';
import { type Gcra, GcraCell, UNUSED } from './gcra.ts';

/** Keys a map remembers when nobody says otherwise; about 15 MB when it is full. */
export const DEFAULT_MAX_KEYS = 100_000;

/**
 * One cell per key under one rate, for at most `maxKeys` keys.
 *
 * At the bound a new key takes the place of the one whose debt is drained first. A drained debt is as good as none, so as
 * long as there is one, nothing is lost. When all keys are in debt the smallest debt is remitted: a caller with more than
 * `maxKeys` keys can gain calls on keys it has nearly paid for, and never on those it owes most under.
 */
export class GcraMap {
  readonly #gcra: Gcra;
  readonly #maxKeys: number;
  readonly #cells = new Map<string, KeyedCell>();
  readonly #order = new DrainOrder<KeyedCell>();

  constructor(gcra: Gcra, maxKeys = DEFAULT_MAX_KEYS) {
    if (!Number.isInteger(maxKeys) || maxKeys < 1) {
      throw new Error(`Cannot remember ${maxKeys} keys; use a whole number from 1`);
    }
    this.#gcra = gcra;
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#cells.size;
  }

  has(key: string): boolean {
    return this.#cells.has(key);
  }

  /** Lets the calls pass and charges them, or refuses them at no cost. @returns 0, or the wait as `Gcra.wait` has it. */
  take(key: string, now: number, calls = 1): number {
    const cell = this.#cells.get(key);
    if (cell !== undefined) return cell.take(now, calls);
    const wait = this.#gcra.wait(UNUSED, now, calls);
    if (wait === 0) this.#add(key, now, calls);
    return wait;
  }

  /** What `take` would answer, without taking. */
  wait(key: string, now: number, calls = 1): number {
    return this.#cells.get(key)?.wait(now, calls) ?? this.#gcra.wait(UNUSED, now, calls);
  }

  /** Charges calls whether they fit or not. */
  charge(key: string, now: number, calls = 1): void {
    const cell = this.#cells.get(key);
    if (cell !== undefined) cell.charge(now, calls);
    else this.#add(key, now, calls);
  }

  #add(key: string, now: number, calls: number): void {
    if (this.#cells.size >= this.#maxKeys) {
      const first = this.#order.takeFirst();
      if (first !== undefined) this.#cells.delete(first.key);
    }
    const cell = new KeyedCell(this.#gcra, key);
    cell.charge(now, calls);
    this.#cells.set(key, cell);
    this.#order.add(cell);
  }
}

class KeyedCell extends GcraCell implements Draining {
  readonly key: string;
  filedAt = UNUSED;

  constructor(gcra: Gcra, key: string) {
    super(gcra);
    this.key = key;
  }
}
