import { type Clock, TIMER_SLACK_MS, type Timer } from './clock.ts';

/** Which bound ran out: silence, or the time in all. */
export type Expiry = 'idle' | 'total';

/** Two bounds of one call on one timer. Progress only notes the time; the timer, when it fires, looks how much is left. */
export class Deadline {
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #endsAt: number;
  readonly #expire: (what: Expiry) => void;
  #heardAt: number;
  #timer: Timer;

  constructor(clock: Clock, idleMs: number, totalMs: number | undefined, expire: (what: Expiry) => void) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#heardAt = clock.now();
    this.#endsAt = this.#heardAt + (totalMs ?? Infinity);
    this.#expire = expire;
    this.#timer = this.#arm(Math.min(idleMs, totalMs ?? Infinity));
  }

  /** The other side gave a sign of life about this call. */
  heard(): void {
    this.#heardAt = this.#clock.now();
  }

  clear(): void {
    this.#timer.cancel();
  }

  #arm(ms: number): Timer {
    return this.#clock.after(ms, () => {
      const now = this.#clock.now();
      const idleLeft = this.#heardAt + this.#idleMs - now;
      const totalLeft = this.#endsAt - now;
      if (totalLeft < TIMER_SLACK_MS) this.#expire('total');
      else if (idleLeft < TIMER_SLACK_MS) this.#expire('idle');
      else this.#timer = this.#arm(Math.min(idleLeft, totalLeft));
    });
  }
}
