import { type Clock, TIMER_SLACK_MS, type Timer } from './clock.ts';

/** Something that is over at a time which may move on. */
export interface Perishable {
  /** By the engine's clock. */
  readonly dueAt: number;
  expire(now: number): void;
}

/** The deadlines of all open calls on one timer: most calls are answered long before, and a timer each costs more than they do. */
export class Deadlines<T extends Perishable> {
  readonly #clock: Clock;
  readonly #all = new Set<T>();
  #timer: Timer | undefined;
  #next = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#all.size;
  }

  watch(item: T): void {
    this.#all.add(item);
    this.#arm(item.dueAt);
  }

  forget(item: T): void {
    if (!this.#all.delete(item) || this.#all.size > 0) return;
    this.#timer?.cancel();
    this.#next = Infinity;
  }

  #arm(at: number): void {
    if (at >= this.#next) return;
    this.#timer?.cancel();
    this.#next = at;
    this.#timer = this.#clock.after(Math.max(0, at - this.#clock.now()), () => this.#look());
  }

  /** Signs of life only move `dueAt`, so whoever looks due is asked again here. */
  #look(): void {
    this.#next = Infinity;
    const now = this.#clock.now();
    let first = Infinity;
    for (const item of [...this.#all]) {
      if (item.dueAt - now < TIMER_SLACK_MS) item.expire(now);
      else first = Math.min(first, item.dueAt);
    }
    if (this.#all.size > 0) this.#arm(first);
  }
}
