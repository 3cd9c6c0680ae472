import { CumulativeWindow } from './cumulative-window.ts';
import type { Resolution } from './sample-ring.ts';

/**
 * What became of one counter lately. A counter that appears while others are watched began at 0: say so with
 * `record(before, 0)`, or its first total counts for nothing.
 */
export class CounterWindow {
  readonly #window: CumulativeWindow;

  /** The last 5 minutes by the second and the last 3 days by the minute, unless told. */
  constructor(resolutions?: readonly Resolution[]) {
    this.#window = new CumulativeWindow(1, resolutions);
  }

  record(at: number, total: number): void {
    this.#window.record(at, [total]);
  }

  /** By how much it grew in the `overMs` before `at`; undefined before two samples are known. */
  increase(overMs: number, at: number): number | undefined {
    return this.#window.growth(overMs, at)?.by[0];
  }

  /** The same per second, over the time that is known. */
  perSecond(overMs: number, at: number): number | undefined {
    const growth = this.#window.growth(overMs, at);
    return growth === undefined ? undefined : ((growth.by[0] ?? 0) / growth.ms) * 1_000;
  }
}
