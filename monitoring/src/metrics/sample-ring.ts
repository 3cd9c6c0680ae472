/** How finely the past is kept, and how long. */
export interface Resolution {
  /** One sample in each step of so many milliseconds. */
  readonly stepMs: number;
  readonly slots: number;
}

const FIRST_ROOM = 16;

/** Rows of numbers in the order of time, one for each step that was sampled; the oldest give way. Room is taken as it fills. */
export class SampleRing {
  readonly #stepMs: number;
  readonly #slots: number;
  readonly #width: number;
  #times = new Float64Array(FIRST_ROOM);
  #rows: Float64Array;
  #oldest = 0;
  #length = 0;

  constructor({ stepMs, slots }: Resolution, width: number) {
    this.#stepMs = stepMs;
    // So many steps have one more end.
    this.#slots = slots + 1;
    this.#width = width;
    this.#rows = new Float64Array(FIRST_ROOM * width);
  }

  /** Keeps the first row of each step, so that what was sampled at the start of one is found there. */
  offer(at: number, row: Float64Array): void {
    if (this.#length > 0 && this.#stepOf(at) === this.#stepOf(this.#timeOf(this.#length - 1))) return;
    if (this.#length === this.#times.length && this.#length < this.#slots) this.#grow();
    const room = Math.min(this.#times.length, this.#slots);
    const place = (this.#oldest + this.#length) % room;
    if (this.#length === room) this.#oldest = (this.#oldest + 1) % room;
    else this.#length += 1;
    this.#times[place] = at;
    this.#rows.set(row, place * this.#width);
  }

  /** The newest row that is not after `at`, or the oldest of all; a view. Undefined when there is none. */
  before(at: number): { readonly at: number; readonly row: Float64Array } | undefined {
    if (this.#length === 0) return undefined;
    let [low, high] = [0, this.#length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#timeOf(middle) <= at) low = middle;
      else high = middle - 1;
    }
    const from = this.#placeOf(low) * this.#width;
    return { at: this.#timeOf(low), row: this.#rows.subarray(from, from + this.#width) };
  }

  clear(): void {
    this.#oldest = 0;
    this.#length = 0;
  }

  #stepOf(at: number): number {
    return Math.floor(at / this.#stepMs);
  }

  #placeOf(nth: number): number {
    return (this.#oldest + nth) % Math.min(this.#times.length, this.#slots);
  }

  #timeOf(nth: number): number {
    return this.#times[this.#placeOf(nth)] ?? Number.NaN;
  }

  /** Before it is full for the first time the oldest row is the first of all. */
  #grow(): void {
    const room = Math.min(this.#slots, this.#times.length * 2);
    const [times, rows] = [new Float64Array(room), new Float64Array(room * this.#width)];
    times.set(this.#times);
    rows.set(this.#rows);
    this.#times = times;
    this.#rows = rows;
  }
}
