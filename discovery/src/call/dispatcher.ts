import type { Json } from '@callsheet/protocol';
import { Flight, type FlightParts } from './flight.ts';
import { goingDown } from './refusals.ts';
import { HeldSlot, type Reservation } from './reservation.ts';
import type { Seat } from './seat.ts';
import type { Route, Work } from './work.ts';

/** Which workers may be reserved. */
export interface ReserveOptions {
  /** Of the tool; the usual one when left out. */
  readonly schemaHash?: string | undefined;
  /** As for a call. */
  readonly route?: Route | undefined;
  /** The id of the one it must be. */
  readonly only?: string | undefined;
  /** The id of one it must not be. */
  readonly except?: string | undefined;
}

/** Sends calls to workers, and holds slots for those who send later. */
export class Dispatcher {
  readonly #parts: FlightParts;
  #closed = false;

  constructor(parts: FlightParts) {
    this.#parts = parts;
  }

  call(work: Work): Promise<Json> {
    if (this.#closed) return Promise.reject(goingDown(work.tool));
    const { retries, hedges } = this.#parts;
    retries?.called();
    hedges?.budget.called();
    return new Promise((resolve, reject) => {
      new Flight(this.#parts, work, true, resolve, reject).start();
    });
  }

  reserve(tool: string, { schemaHash, route, only, except }: ReserveOptions = {}): Reservation | undefined {
    if (this.#closed) return undefined;
    const { desks, seats } = this.#parts;
    const desk = desks.find({ tool, schemaHash, route });
    if (desk === undefined) return undefined;
    const not = except === undefined ? undefined : seats.of(except);
    // Whom the strategy would take has no room when all that is free is of one it rarely thinks of.
    const best = only === undefined ? desk.take({ repeatable: false, route }, not) : undefined;
    const allowed = (seat: Seat): boolean => seat !== not && (only === undefined || seat.id === only);
    const seat = best ?? desk.available.find((candidate) => allowed(candidate) && candidate.take());
    return seat && new HeldSlot(seat, this.#parts);
  }

  adopt(workerId: string): Reservation | undefined {
    const seat = this.#parts.seats.of(workerId);
    if (seat === undefined) return undefined;
    seat.occupy();
    return new HeldSlot(seat, this.#parts);
  }

  /** New calls are refused; those under way go on. */
  close(): void {
    this.#closed = true;
  }
}
