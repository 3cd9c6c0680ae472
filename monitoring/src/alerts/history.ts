const FIRST_ROOM = 32;

/**
 * Running totals at the moments they were looked at, oldest first: how much they grew since a moment is the difference of
 * two of them. A row holds `width` totals, e.g. one per bucket of a histogram.
 */
export class History {
  readonly #width: number;
  readonly #spacing: number;
  #times = new Float64Array(FIRST_ROOM);
  #rows: Float64Array;
  #first = 0;
  #size = 0;

  /** @param spacing moments closer to the last one kept than this replace it, in milliseconds: bounds what a long time costs. */
  constructor(width: number, spacing: number) {
    this.#width = width;
    this.#spacing = spacing;
    this.#rows = new Float64Array(FIRST_ROOM * width);
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** @param at later than every moment before. */
  add(at: number, row: Float64Array): void {
    const isClose = this.#size > 1 && this.#time(this.#size - 1) - this.#time(this.#size - 2) < this.#spacing;
    if (!isClose) {
      if (this.#size === this.#times.length) this.#grow();
      this.#size += 1;
    }
    const slot = this.#slot(this.#size - 1);
    this.#times[slot] = at;
    this.#rows.set(row, slot * this.#width);
  }

  /** Forgets what was before `moment`. */
  forget(moment: number): void {
    while (this.#size > 0 && this.#time(0) < moment) {
      this.#first = (this.#first + 1) % this.#times.length;
      this.#size -= 1;
    }
  }

  /**
   * Writes into `growth` how much each total grew from the first look at or after `moment` to the newest. False when there
   * are not two looks: then nothing is known.
   */
  growth(moment: number, growth: Float64Array): boolean {
    const from = this.#firstSince(moment);
    const newest = this.#size - 1;
    if (from >= newest) return false;
    const [base, top] = [this.#slot(from) * this.#width, this.#slot(newest) * this.#width];
    for (let column = 0; column < this.#width; column += 1) {
      growth[column] = (this.#rows[top + column] ?? 0) - (this.#rows[base + column] ?? 0);
    }
    return true;
  }

  #firstSince(moment: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#time(middle) < moment) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const { length } = this.#times;
    const [times, rows] = [new Float64Array(length * 2), new Float64Array(length * 2 * this.#width)];
    for (let index = 0; index < length; index += 1) {
      const slot = this.#slot(index);
      times[index] = this.#times[slot] ?? 0;
      rows.set(this.#rows.subarray(slot * this.#width, (slot + 1) * this.#width), index * this.#width);
    }
    this.#times = times;
    this.#rows = rows;
    this.#first = 0;
  }

  #time(index: number): number {
    return this.#times[this.#slot(index)] ?? 0;
  }

  #slot(index: number): number {
    return (this.#first + index) % this.#times.length;
  }
}
