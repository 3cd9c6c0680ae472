import { type Clock, TIMER_SLACK_MS, type Timer } from './clock.ts';
import type { PendingCall } from './pending-call.ts';

/** How much may wait, and how long for a connection. */
export interface QueueLimits {
  readonly maxCalls: number;
  /** Milliseconds without a session. Waiting for room in the server's window does not count. */
  readonly maxAgeMs: number;
}

/** Calls that were not sent yet, in order: there is no session, or the server has its hands full. */
export class OfflineQueue {
  readonly #clock: Clock;
  readonly #limits: QueueLimits;
  readonly #tooOld: (call: PendingCall) => void;
  #calls = new Map<number, PendingCall>();
  #timer: Timer | undefined;
  #online = false;

  constructor(clock: Clock, limits: QueueLimits, tooOld: (call: PendingCall) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#tooOld = tooOld;
  }

  get size(): number {
    return this.#calls.size;
  }

  get isFull(): boolean {
    return this.#calls.size >= this.#limits.maxCalls;
  }

  add(call: PendingCall): void {
    call.waitingSince = this.#clock.now();
    this.#calls.set(call.spec.id, call);
    if (!this.#online) this.#watch();
  }

  /** There is a session: age does not count any more. */
  online(): void {
    this.#online = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** The session is gone. `again` were sent and go first, in their old order; for everything the waiting starts now. */
  offline(again: readonly PendingCall[]): void {
    this.#online = false;
    const waiting = [...again, ...this.#calls.values()];
    this.#calls = new Map(waiting.map((call) => [call.spec.id, call]));
    for (const call of waiting) call.waitingSince = this.#clock.now();
    this.#watch();
  }

  /** Takes the first call that may be sent. */
  next(): PendingCall | undefined {
    for (const call of this.#calls.values()) {
      if (call.undecided) continue;
      this.#calls.delete(call.spec.id);
      return call;
    }
    return undefined;
  }

  undecided(): PendingCall[] {
    return [...this.#calls.values()].filter((call) => call.undecided);
  }

  delete(call: PendingCall): void {
    this.#calls.delete(call.spec.id);
    if (this.#calls.size === 0) {
      this.#timer?.cancel();
      this.#timer = undefined;
    }
  }

  /** Empties the queue. */
  takeAll(): PendingCall[] {
    const calls = [...this.#calls.values()];
    for (const call of calls) this.delete(call);
    return calls;
  }

  #watch(): void {
    const [oldest] = this.#calls.values();
    if (oldest === undefined || this.#timer !== undefined) return;
    const left = oldest.waitingSince + this.#limits.maxAgeMs - this.#clock.now();
    this.#timer = this.#clock.after(Math.max(0, left), () => {
      this.#timer = undefined;
      this.#expire();
      this.#watch();
    });
  }

  #expire(): void {
    const bornBefore = this.#clock.now() - this.#limits.maxAgeMs;
    for (const call of [...this.#calls.values()]) {
      if (call.waitingSince - bornBefore >= TIMER_SLACK_MS) return;
      this.delete(call);
      this.#tooOld(call);
    }
  }
}
