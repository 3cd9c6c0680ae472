/** The last so many numbers of a figure, one for each step of time. Room is taken as it fills. */
export class ValueRing {
  readonly #most: number;
  #values: Float32Array;
  #next = 0;
  #length = 0;

  constructor(most: number) {
    this.#most = most;
    this.#values = new Float32Array(Math.min(most, 64));
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length && this.#length < this.#most) this.#grow();
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#values.length;
    this.#length = Math.min(this.#length + 1, this.#values.length);
  }

  /** The newest so many, the oldest of them first; fewer when there are not so many. */
  last(count: number): number[] {
    const taken = Math.min(count, this.#length);
    const { length } = this.#values;
    const values = this.#values;
    return Array.from(
      { length: taken },
      (_, nth) => values[(this.#next - taken + nth + length) % length] ?? Number.NaN,
    );
  }

  /** Before it is full for the first time it begins with its oldest. */
  #grow(): void {
    const values = new Float32Array(Math.min(this.#most, this.#values.length * 2));
    values.set(this.last(this.#length));
    this.#values = values;
    this.#next = this.#length;
  }
}
