import type { Json } from '@callsheet/protocol';
import type { Send } from './attempt.ts';
import { Flight, type FlightParts } from './flight.ts';
import { usedTwice } from './refusals.ts';
import type { Seat } from './seat.ts';
import type { Work } from './work.ts';

/** A slot that is held for one attempt: call or release, once. */
export interface Reservation {
  readonly workerId: string;
  /**
   * One attempt: nothing is tried twice. Settles like every call, at its deadline or when nobody wants the answer any more. `send`
   * takes the place of the worker's link, for what runs there already.
   */
  call(work: Work, send?: Send): Promise<Json>;
  /** Gives the slot back unused. Without effect after `call`. */
  release(): void;
}

export class HeldSlot implements Reservation {
  readonly workerId: string;
  readonly #seat: Seat;
  readonly #parts: FlightParts;
  #held = true;

  /** The slot is taken. */
  constructor(seat: Seat, parts: FlightParts) {
    this.workerId = seat.id;
    this.#seat = seat;
    this.#parts = parts;
  }

  call(work: Work, send?: Send): Promise<Json> {
    if (!this.#held) return Promise.reject(usedTwice(work.tool));
    this.#held = false;
    return new Promise((resolve, reject) => {
      new Flight(this.#parts, work, false, resolve, reject).startAt(this.#seat, send);
    });
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#seat.release();
    this.#parts.bell.ring();
  }
}
