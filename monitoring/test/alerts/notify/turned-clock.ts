import { FakeClock } from '../../../../sdk-core/test/fake-clock.ts';
import type { Clock } from '../../../src/alerts/notify/clock.ts';

/** A clock whose hands only the test turns; it stands at half past one on 21 November 2026. */
export class TurnedClock implements Clock {
  readonly #fake = new FakeClock();

  /** Appointments that are still to come. */
  get pending(): number {
    return this.#fake.pending;
  }

  /** What is left of each of them, in milliseconds. */
  get waits(): readonly number[] {
    return this.#fake.waits;
  }

  now(): number {
    return Date.UTC(2026, 10, 21, 13, 30) + this.#fake.now();
  }

  after(ms: number, callback: () => void): () => void {
    const timer = this.#fake.after(ms, callback);
    return () => timer.cancel();
  }

  /** Lets time pass; what each appointment starts gets done before the next. */
  async advance(ms: number): Promise<void> {
    await this.#fake.advance(ms);
  }
}
