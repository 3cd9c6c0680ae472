type Result<T> = IteratorResult<T, undefined>;

const done = (): Promise<Result<never>> => Promise.resolve({ done: true, value: undefined });

/** Values on their way from where they happen to whoever iterates. What was pushed before the end is still read. */
export interface AsyncQueue<T> extends AsyncIterableIterator<T, undefined> {
  next(): Promise<Result<T>>;
  return(): Promise<Result<T>>;
  /** Returns how many values wait. */
  push(value: T): number;
  /** No more values. */
  end(last?: () => Promise<Result<T>>): void;
  /** No more values; the reader is told why, once. */
  fail(error: unknown): void;
}

/**
 * @param most values that may wait; the oldest make room for newer ones
 * @param onEnd called once, also when the reader leaves early (`break`, `return`, a throw in the loop)
 * @param onEmpty called whenever the last value that waited was read
 */
export function asyncQueue<T>(most: number, onEnd: () => void, onEmpty?: () => void): AsyncQueue<T> {
  let values: T[] = [];
  let readers: ((result: Promise<Result<T>>) => void)[] = [];
  /** What the next reader hears when no value is left; there once the queue has ended. */
  let last: (() => Promise<Result<T>>) | undefined;

  const take = (): Promise<Result<T>> => {
    if (values.length > 0) {
      const value = values.shift() as T;
      if (values.length === 0) onEmpty?.();
      return Promise.resolve({ done: false, value });
    }
    const told = last ?? done;
    last = done;
    return told();
  };

  const self: AsyncQueue<T> = {
    push(value) {
      if (last === undefined) {
        if (values.push(value) > most) values.shift();
        readers.shift()?.(take());
      }
      return values.length;
    },
    end(told = done) {
      if (last !== undefined) return;
      last = told;
      onEnd();
      for (const reader of readers) reader(take());
      readers = [];
    },
    fail: (error) => self.end(() => Promise.reject(error)),
    next: () =>
      last !== undefined || values.length > 0 ? take() : new Promise((resolve) => void readers.push(resolve)),
    return() {
      values = [];
      self.end();
      last = done;
      return done();
    },
    [Symbol.asyncIterator]: () => self,
  };
  return self;
}
