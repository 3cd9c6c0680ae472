import { type Clock, TIMER_SLACK_MS, type Timer } from './clock.ts';

export interface KeepaliveSettings {
  /** Silence after which to ask. Milliseconds. */
  readonly intervalMs: number;
  /** Silence after asking that means the peer is gone. Milliseconds. */
  readonly pongMs: number;
}

/** When the network came back or somebody looks again, an answer is due sooner. Milliseconds. */
const PROBE_MS = 1_000;

/**
 * Notices a peer that went silent without closing (half-open connection, cable pulled, laptop slept). The platform answers
 * the server's WebSocket pings without telling us, so silence here means: ask, and believe any sign of life. A timer that
 * fires late proves nothing, because hidden pages are throttled to one in a minute and sleeping machines to none: then ask again.
 */
export class Keepalive {
  readonly #clock: Clock;
  readonly #settings: KeepaliveSettings;
  readonly #ask: () => void;
  readonly #dead: () => void;
  #heardAt: number;
  #askedAt = 0;
  #silent = false;
  #timer: Timer;
  #stopped = false;
  /** Of the last question and its answer; 0 before. Milliseconds. */
  rttMs = 0;

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
    this.#silent = false;
  }

  /** What arrived is the answer. */
  answered(): void {
    this.rttMs = this.#heardAt - this.#askedAt;
  }

  /** Asks now, whatever was heard. */
  probe(): void {
    this.#timer.cancel();
    this.#question(Math.min(PROBE_MS, this.#settings.pongMs), false);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer.cancel();
  }

  #listen(ms: number): Timer {
    return this.#clock.after(ms, () => {
      const left = this.#heardAt + this.#settings.intervalMs - this.#clock.now();
      if (left >= TIMER_SLACK_MS) this.#timer = this.#listen(left);
      else this.#question(this.#settings.pongMs, false);
    });
  }

  /** @param again the second question in a row: what is silent for two is dead, however late the timers are. */
  #question(withinMs: number, again: boolean): void {
    this.#askedAt = this.#clock.now();
    this.#silent = true;
    this.#ask();
    // Asking can be what tells the link that the socket is gone.
    if (this.#stopped) return;
    this.#timer = this.#clock.after(withinMs, () => {
      const now = this.#clock.now();
      const { intervalMs } = this.#settings;
      if (!this.#silent) this.#timer = this.#listen(Math.max(0, this.#heardAt + intervalMs - now));
      else if (!again && now - this.#askedAt > 2 * withinMs) this.#question(withinMs, true);
      else this.#dead();
    });
  }
}
