import type { TraceClock } from './wall-clock.ts';

/**
 * How many a second: of traces that are kept because something failed or was slow, and of those that are recorded because a
 * caller wants it. A flood of refused requests must neither cost much nor push everything else out of what is kept.
 */
export class KeepPace {
  readonly #perSecond: number;
  readonly #clock: Pick<TraceClock, 'monotonic'>;
  /** How often it was too many. */
  passed = 0;
  #second = -Infinity;
  #left = 0;

  constructor(perSecond: number, clock: Pick<TraceClock, 'monotonic'>) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  take(): boolean {
    const now = this.#clock.monotonic();
    if (now - this.#second >= 1_000) {
      this.#second = now;
      this.#left = this.#perSecond;
    }
    if (this.#left > 0) {
      this.#left -= 1;
      return true;
    }
    this.passed += 1;
    return false;
  }
}
