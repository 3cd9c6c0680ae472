/** Something with a debt: `arrival` only ever grows. */
export interface Draining {
  readonly arrival: number;
  /** The arrival under which it is filed. */
  filedAt: number;
}

/**
 * Knows which of many debts is drained first, at no cost to those that change them: a binary heap in which an entry that
 * has grown since is only moved when it comes up. Each move was paid for by at least one change, so taking the first is
 * O(log n) for every change in between, and nothing on the road of a call.
 */
export class DrainOrder<T extends Draining> {
  readonly #heap: T[] = [];

  add(entry: T): void {
    entry.filedAt = entry.arrival;
    this.#heap.push(entry);
    this.#rise(this.#heap.length - 1, entry);
  }

  /** Takes out the entry with the earliest arrival; undefined when there is none. */
  takeFirst(): T | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined) return undefined;
      if (first.filedAt === first.arrival) {
        const last = this.#heap.pop();
        if (last !== undefined && last !== first) this.#sink(last);
        return first;
      }
      first.filedAt = first.arrival;
      this.#sink(first);
    }
  }

  #rise(from: number, entry: T): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || parent.filedAt <= entry.filedAt) break;
      this.#heap[at] = parent;
      at = above;
    }
    this.#heap[at] = entry;
  }

  /** Puts the entry at the top and lets it sink to its place. */
  #sink(entry: T): void {
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      let child = this.#heap[below];
      const right = this.#heap[below + 1];
      if (child !== undefined && right !== undefined && right.filedAt < child.filedAt) {
        child = right;
        below += 1;
      }
      if (child === undefined || child.filedAt >= entry.filedAt) break;
      this.#heap[at] = child;
      at = below;
    }
    this.#heap[at] = entry;
  }
}
