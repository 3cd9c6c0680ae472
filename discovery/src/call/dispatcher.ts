import type { Json } from '@callsheet/protocol';
import { Flight, type FlightParts } from './flight.ts';
import { goingDown } from './refusals.ts';
import { HeldSlot, type Reservation } from './reservation.ts';
import type { Seat } from './seat.ts';
import type { Work } from './work.ts';

/** Which workers may be reserved, by id. */
export interface ReserveOptions {
  /** Of the tool; the usual one when left out. */
  readonly schemaHash?: string | undefined;
  readonly only?: readonly string[] | undefined;
  readonly except?: readonly string[] | undefined;
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

  reserve(tool: string, { schemaHash, only, except }: ReserveOptions = {}): Reservation | undefined {
    if (this.#closed) return undefined;
    const { desks } = this.#parts;
    const desk = schemaHash === undefined ? desks.usual(tool) : desks.find({ tool, schemaHash, route: undefined });
    if (desk === undefined) return undefined;
    if (only === undefined && except === undefined) {
      const seat = desk.take({ repeatable: false, route: undefined }, undefined) ?? desk.available.find(takes);
      return seat && new HeldSlot(seat, this.#parts);
    }
    const allowed = ({ id }: Seat): boolean => (only?.includes(id) ?? true) && except?.includes(id) !== true;
    const seat = desk.available.find((candidate) => allowed(candidate) && candidate.take());
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

function takes(seat: Seat): boolean {
  return seat.take();
}
