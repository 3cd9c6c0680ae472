import { CallError } from '@callsheet/protocol';

export interface FewAtOnceOptions {
  /** How much work goes on at once. */
  readonly running: number;
  /** How much more may wait. */
  readonly waiting: number;
  /** What those are told who come when the queue is full. */
  readonly retryAfterMs: number;
}

/** Lets few works go on at once, a bounded number wait in the order they came, and refuses the rest. */
export class FewAtOnce {
  readonly #options: FewAtOnceOptions;
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(options: FewAtOnceOptions) {
    this.#options = options;
  }

  /**
   * @throws CallError TOO_MANY_IN_FLIGHT when the queue is full: nobody was asking too often, there is too much at once,
   * and coming again in a moment helps.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const { running, waiting, retryAfterMs } = this.#options;
    if (this.#running < running) this.#running += 1;
    else {
      if (this.#queue.length >= waiting) {
        const words = `Cannot check the password now: ${waiting} others wait; try again in a moment`;
        throw new CallError('TOO_MANY_IN_FLIGHT', words, { retryAfterMs });
      }
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    }
    try {
      return await work();
    } finally {
      // The place goes to the next in line directly, so that nobody who comes now can step in between.
      const next = this.#queue.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
