import type { MonitorClock } from '../monitor-clock.ts';

/** The monotonic one times requests and attempts. */
export type TraceClock = Pick<MonitorClock, 'now' | 'monotonic'>;

/** The clocks may drift apart by this much before their difference is taken anew. Milliseconds. */
const DRIFT_MS = 50;

/**
 * Turns moments of the clock that never jumps into time since the epoch. The difference is kept, because the other clock ticks in
 * whole milliseconds: taken anew for each span it would let children begin before their parents.
 */
export class WallClock {
  readonly #clock: TraceClock;
  #offset: number;

  constructor(clock: TraceClock) {
    this.#clock = clock;
    this.#offset = clock.now() - clock.monotonic();
  }

  /** Milliseconds since the epoch, with fractions. */
  wall(moment: number): number {
    const offset = this.#clock.now() - this.#clock.monotonic();
    if (Math.abs(offset - this.#offset) > DRIFT_MS) this.#offset = offset;
    return moment + this.#offset;
  }

  now(): number {
    return this.wall(this.#clock.monotonic());
  }
}
