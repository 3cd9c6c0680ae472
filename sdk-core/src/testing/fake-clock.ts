import type { Clock, Timer } from '../clock.ts';
import { type Settle, settle } from './settle.ts';

/** Time that only moves when a test says so. */
export class FakeClock implements Clock {
  readonly #settle: Settle;
  readonly #timers = new Map<object, { readonly at: number; readonly run: () => void }>();
  #now = 0;

  /** `settled` waits for what a timer started; one turn of the event loop when not said. */
  constructor(settled: Settle = settle) {
    this.#settle = settled;
  }

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
    await this.#settle();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#timers.delete(next.key);
      this.#now = next.at;
      next.run();
      await this.#settle();
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

/** A clock for tests: `await clock.advance(1_000)` lets a second pass. */
export function fakeClock(settled?: Settle): FakeClock {
  return new FakeClock(settled);
}
