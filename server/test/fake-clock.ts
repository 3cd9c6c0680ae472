import type { Clock } from '../src/clock.ts';

interface Appointment {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock whose hands only the test turns. */
export class FakeClock implements Clock {
  #wall: number;
  #elapsed = 0;
  readonly #appointments = new Set<Appointment>();

  constructor(wall = Date.UTC(2026, 10, 21, 8)) {
    this.#wall = wall;
  }

  /** Appointments that are still to come. */
  get pending(): number {
    return this.#appointments.size;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  after(ms: number, callback: () => void): () => void {
    const appointment = { at: this.#elapsed + ms, callback };
    this.#appointments.add(appointment);
    return () => this.#appointments.delete(appointment);
  }

  /** Lets time pass, calling back whatever becomes due, in order. */
  advance(ms: number): void {
    const end = this.#elapsed + ms;
    for (;;) {
      const next = [...this.#appointments].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#appointments.delete(next);
      this.#move(next.at - this.#elapsed);
      next.callback();
    }
    this.#move(end - this.#elapsed);
  }

  #move(ms: number): void {
    this.#elapsed += ms;
    this.#wall += ms;
  }
}
