type Result<T> = IteratorResult<T, undefined>;

const done = (): Promise<Result<never>> => Promise.resolve({ done: true, value: undefined });

/** Values on their way from where they happen to whoever iterates. What was pushed before the end is still read. */
export class AsyncQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #most: number;
  readonly #onEnd: () => void;
  #values: T[] = [];
  readonly #readers: ((result: Promise<Result<T>>) => void)[] = [];
  /** What the next reader hears when no value is left; there once the queue has ended. */
  #last: (() => Promise<Result<T>>) | undefined;

  /**
   * @param most values that may wait; the oldest make room for newer ones
   * @param onEnd called once, also when the reader leaves early (`break`, `return`, a throw in the loop)
   */
  constructor(most: number, onEnd: () => void) {
    this.#most = most;
    this.#onEnd = onEnd;
  }

  /** How many values wait. */
  get size(): number {
    return this.#values.length;
  }

  push(value: T): void {
    if (this.#last !== undefined) return;
    if (this.#values.push(value) > this.#most) this.#values.shift();
    this.#readers.shift()?.(this.#take());
  }

  /** No more values. */
  end(last: () => Promise<Result<T>> = done): void {
    if (this.#last !== undefined) return;
    this.#last = last;
    this.#onEnd();
    for (const reader of this.#readers) reader(this.#take());
  }

  /** No more values; the reader is told why, once. */
  fail(error: unknown): void {
    this.end(() => Promise.reject(error));
  }

  next(): Promise<Result<T>> {
    return this.#last !== undefined || this.#values.length > 0
      ? this.#take()
      : new Promise((resolve) => this.#readers.push(resolve));
  }

  return(): Promise<Result<T>> {
    this.#values = [];
    this.end();
    this.#last = done;
    return done();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): Promise<Result<T>> {
    if (this.#values.length > 0) return Promise.resolve({ done: false, value: this.#values.shift() as T });
    const last = this.#last ?? done;
    this.#last = done;
    return last();
  }
}
