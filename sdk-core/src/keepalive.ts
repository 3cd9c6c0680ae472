import { type Clock, TIMER_SLACK_MS, type Timer } from './clock.ts';

export interface KeepaliveSettings {
  /** Silence after which to ask. Milliseconds. */
  readonly intervalMs: number;
  /** Silence after asking that means the peer is gone. Milliseconds. */
  readonly pongMs: number;
}

/**
 * Notices a peer that went silent without closing (half-open connection, cable pulled, laptop slept). The platform answers
 * the server's WebSocket pings without telling us, so silence here means: ask, and believe any sign of life.
 */
export class Keepalive {
  readonly #clock: Clock;
  readonly #settings: KeepaliveSettings;
  readonly #ask: () => void;
  readonly #dead: () => void;
  #heardAt: number;
  #timer: Timer;
  #stopped = false;

  constructor(clock: Clock, settings: KeepaliveSettings, ask: () => void, dead: () => void) {
    this.#clock = clock;
    this.#settings = settings;
    this.#ask = ask;
    this.#dead = dead;
    this.#heardAt = clock.now();
    this.#timer = this.#listen(settings.intervalMs);
  }

  /** Something arrived. Only a note of the time: the timer looks at it when it fires, so a busy link sets no timers. */
  heard(): void {
    this.#heardAt = this.#clock.now();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer.cancel();
  }

  #silence(): number {
    return this.#clock.now() - this.#heardAt;
  }

  #listen(ms: number): Timer {
    return this.#clock.after(ms, () => {
      const left = this.#settings.intervalMs - this.#silence();
      if (left >= TIMER_SLACK_MS) this.#timer = this.#listen(left);
      else this.#question();
    });
  }

  #question(): void {
    const { intervalMs, pongMs } = this.#settings;
    const askedAt = this.#clock.now();
    this.#ask();
    // Asking can be what tells the link that the socket is gone.
    if (this.#stopped) return;
    this.#timer = this.#clock.after(pongMs, () => {
      if (this.#heardAt < askedAt) this.#dead();
      else this.#timer = this.#listen(Math.max(0, intervalMs - this.#silence()));
    });
  }
}
