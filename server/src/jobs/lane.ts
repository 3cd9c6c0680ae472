/** One who waits in a lane. */
export interface Stand<T> {
  readonly item: T;
  /** Smaller was there before, over all lanes of a queue. */
  readonly order: number;
  readonly lane: Lane<T>;
  before: Stand<T> | undefined;
  after: Stand<T> | undefined;
}

/** A line that can be left from its middle at no cost: its jobs wait in two lines, and leave both when one calls them. */
export class Lane<T> {
  #first: Stand<T> | undefined;
  #last: Stand<T> | undefined;

  get first(): Stand<T> | undefined {
    return this.#first;
  }

  push(item: T, order: number): Stand<T> {
    const stand: Stand<T> = { item, order, lane: this, before: this.#last, after: undefined };
    if (this.#last === undefined) this.#first = stand;
    else this.#last.after = stand;
    this.#last = stand;
    return stand;
  }

  unshift(item: T, order: number): Stand<T> {
    const stand: Stand<T> = { item, order, lane: this, before: undefined, after: this.#first };
    if (this.#first === undefined) this.#last = stand;
    else this.#first.before = stand;
    this.#first = stand;
    return stand;
  }

  remove({ before, after }: Stand<T>): void {
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
  }

  /** How many were here before `order`. */
  ahead(order: number): number {
    let count = 0;
    for (let stand = this.#first; stand !== undefined && stand.order < order; stand = stand.after) count += 1;
    return count;
  }
}
