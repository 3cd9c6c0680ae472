import type { Clock, Timer } from '../src/clock.ts';

/** Lets everything that is already on its way arrive: microtasks, and what they start. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Time that only moves when a test says so. */
export class FakeClock implements Clock {
  #now = 0;
  #timers = new Map<object, { readonly at: number; readonly run: () => void }>();

  /** Timers that are set and have neither fired nor been cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  /** What is left of each of them, in milliseconds. */
  get waits(): number[] {
    return [...this.#timers.values()].map(({ at }) => at - this.#now);
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Timer {
    const key = {};
    this.#timers.set(key, { at: this.#now + ms, run });
    return { cancel: () => void this.#timers.delete(key) };
  }

  /** Moves on, firing every timer at its time; what each one starts gets done before the next. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#timers.delete(next.key);
      this.#now = next.at;
      next.run();
      await settle();
    }
    this.#now = until;
  }

  #next(until: number): { key: object; at: number; run: () => void } | undefined {
    let first: { key: object; at: number; run: () => void } | undefined;
    for (const [key, { at, run }] of this.#timers) {
      if (at <= until && (first === undefined || at < first.at)) first = { key, at, run };
    }
    return first;
  }
}
