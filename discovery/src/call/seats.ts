import type { OfferedTool } from '../catalogue/offered-tool.ts';
import type { Worker } from '../catalogue/worker.ts';
import type { Bulkhead } from '../guard/bulkhead.ts';
import type { Standing } from '../guard/guard.ts';
import type { GuardPool } from '../guard/pool.ts';
import type { Slots } from '../guard/slots.ts';
import type { Change } from '../registry/change.ts';
import { LineNames } from './line-names.ts';
import type { RoomBell } from './room-bell.ts';
import { Seat } from './seat.ts';

export interface SeatsParts {
  readonly guards: GuardPool;
  readonly bulkhead: Bulkhead;
  readonly bell: RoomBell;
  /** Nobody offers this tool any more. */
  readonly toolGone: (tool: string) => void;
}

/** Every registered worker's seat: kept while its calls go on from one connection to the next, new after a new life. */
export class Seats {
  readonly #parts: SeatsParts;
  readonly #byId = new Map<string, Seat>();
  readonly #byRoom = new WeakMap<Slots, Seat>();
  readonly #lines = new LineNames();
  /** How many offer each tool. */
  readonly #offers = new Map<string, number>();

  constructor(parts: SeatsParts) {
    this.#parts = parts;
  }

  of(workerId: string): Seat | undefined {
    return this.#byId.get(workerId);
  }

  /** Whose slots these are. */
  ofRoom(room: Slots): Seat {
    const seat = this.#byRoom.get(room);
    if (seat === undefined)
      throw new Error(`Cannot find the worker of the slots "${room.id}"; report this with its log`);
    return seat;
  }

  /** Takes in what the registry tells, while it tells it: whoever is lost is in no pick any more when this returns. */
  follow(change: Change): void {
    if (change.type === 'source') return;
    const { worker } = change;
    const seat = this.#byId.get(worker.id);
    if (change.type === 'left') {
      if (seat !== undefined) this.#leave(seat);
      this.#parts.guards.remove(worker.id);
    } else if (seat !== undefined && (change.type === 'changed' || change.resumed)) this.#update(seat, worker);
    else {
      this.#enter(worker);
      // After it: a tool of both lives is never gone.
      if (seat !== undefined) this.#leave(seat);
    }
    if (worker.available) this.#parts.bell.ring();
  }

  /** A guard has let its worker in or put it out. */
  stand(workerId: string, standing: Standing): void {
    this.#byId.get(workerId)?.stand(standing);
    // Also when it is out: that may be one too many, and let all the others in.
    this.#parts.bell.ring();
  }

  #enter(worker: Worker): void {
    const { guards, bulkhead } = this.#parts;
    const guard = guards.add(worker.id, worker.facts.epoch);
    const room = bulkhead.join(worker.id, worker.facts.slots, this.#lines.of(worker.tools), false);
    const seat = new Seat(worker, guard, room);
    this.#byId.set(worker.id, seat);
    this.#byRoom.set(room, seat);
    this.#count(worker.tools, 1);
    seat.offer();
  }

  #leave(seat: Seat): void {
    if (this.#byId.get(seat.id) === seat) this.#byId.delete(seat.id);
    seat.leave();
    this.#parts.bulkhead.leave(seat.room);
    this.#count(seat.worker.tools, -1);
  }

  #update(seat: Seat, worker: Worker): void {
    const { tools } = seat.worker;
    if (tools !== worker.tools) {
      this.#count(worker.tools, 1);
      this.#count(tools, -1);
      this.#parts.bulkhead.serve(seat.room, this.#lines.of(worker.tools));
    }
    seat.update(worker);
  }

  #count(tools: readonly OfferedTool[], by: 1 | -1): void {
    for (const { name } of tools) {
      const count = (this.#offers.get(name) ?? 0) + by;
      if (count > 0) this.#offers.set(name, count);
      else {
        this.#offers.delete(name);
        this.#parts.toolGone(name);
      }
    }
  }
}
