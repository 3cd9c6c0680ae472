type Reader<T> = { resolve(result: IteratorResult<T, undefined>): void; reject(error: unknown): void };

/** Values on their way from where they happen to whoever iterates. What was pushed before the end is still read. */
export class AsyncQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #values: T[] = [];
  readonly #readers: Reader<T>[] = [];
  readonly #most: number;
  readonly #onReturn: () => void;
  #end: { readonly error?: unknown } | undefined;

  /**
   * @param most values that may wait; the oldest make room for newer ones
   * @param onReturn called once when the reader leaves early (`break`, `return`, a throw in the loop)
   */
  constructor(most: number, onReturn: () => void) {
    this.#most = most;
    this.#onReturn = onReturn;
  }

  /** How many values wait. */
  get size(): number {
    return this.#values.length;
  }

  push(value: T): void {
    if (this.#end !== undefined) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) reader.resolve({ done: false, value });
    else if (this.#values.push(value) > this.#most) this.#values.shift();
  }

  /** No more values. */
  end(): void {
    if (this.#end !== undefined) return;
    this.#end = {};
    for (const reader of this.#readers.splice(0)) reader.resolve({ done: true, value: undefined });
  }

  /** No more values; the reader is told why, once. */
  fail(error: unknown): void {
    if (this.#end !== undefined) return;
    const [first, ...others] = this.#readers.splice(0);
    this.#end = first === undefined ? { error } : {};
    first?.reject(error);
    for (const reader of others) reader.resolve({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const value = this.#values.shift();
    // `undefined` may be a value; only an empty queue has none.
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#end === undefined) return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
    const end = this.#end;
    this.#end = {};
    return 'error' in end ? Promise.reject(end.error) : Promise.resolve({ done: true, value: undefined });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#values.length = 0;
    if (this.#end === undefined) {
      this.end();
      this.#onReturn();
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
