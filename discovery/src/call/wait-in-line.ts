import type { CallError } from '@callsheet/protocol';
import type { Bulkhead } from '../guard/bulkhead.ts';
import type { Desks } from './desks.ts';
import { lineName } from './line-names.ts';
import type { Seat } from './seat.ts';
import type { Seats } from './seats.ts';
import type { Work } from './work.ts';

export interface LineParts {
  readonly bulkhead: Bulkhead;
  readonly desks: Desks;
  readonly seats: Seats;
}

/** What a call hears that waits in line: one of the two, perhaps before `waitInLine` has answered. */
export interface Patience {
  /** What is left of it, in milliseconds. */
  readonly ms: number;
  /** A worker it must not be given. */
  readonly not: Seat | undefined;
  /** A slot of this worker is taken for it. */
  admitted(seat: Seat): void;
  refused(error: CallError): void;
}

/** Waits for a worker that fits. @returns leaves the line @throws CallError INVALID_PARAMS when its version range is none */
export function waitInLine({ bulkhead, desks, seats }: LineParts, work: Work, patience: Patience): () => void {
  const { tool, schemaHash, owner } = work;
  const fits = desks.fits(work);
  return bulkhead.wait(lineName(tool, schemaHash), {
    tool,
    owner,
    deadlineMs: patience.ms,
    not: patience.not?.room,
    fits: fits && ((room) => fits(seats.ofRoom(room))),
    welcomes: (room, waitMs) => desks.find(work)?.welcomes(seats.ofRoom(room), waitMs) ?? true,
    admit: (room) => {
      const seat = seats.ofRoom(room);
      seat.inFlight++;
      patience.admitted(seat);
    },
    refuse: (error) => patience.refused(error),
  });
}
