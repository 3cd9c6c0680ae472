import type { Candidate } from '../balance/strategy.ts';
import type { OfferedTool } from '../catalogue/offered-tool.ts';
import type { Worker } from '../catalogue/worker.ts';
import type { Breaker } from '../guard/breaker.ts';
import type { Standing } from '../guard/guard.ts';
import type { Slots } from '../guard/slots.ts';

/** Whoever picks among workers, as far as a worker has to tell it anything. */
export interface Picker {
  /** So many workers are out that those are used as well. */
  readonly panic: boolean;
  /** The guard of the worker has let it in or put it out. */
  stand(seat: Seat): void;
}

/** One life of a registered worker for those who pick and send: what the balancer, the bulkhead and the guard know it by. */
export class Seat implements Candidate {
  readonly id: string;
  readonly guard: Breaker;
  readonly room: Slots;
  /** Who may pick it now. */
  readonly pickers = new Set<Picker>();
  weight: number;
  slots: number;
  zone: string | undefined;
  /** Calls that hold a slot here, whatever has become of those who asked. */
  inFlight = 0;
  standing: Standing;
  /** Calls that went elsewhere because its guard kept it away, since it came. */
  diverted = 0;
  /** Calls that were sent there, since it came. */
  picks = 0;
  #worker: Worker;
  #offered = false;
  #left = false;

  constructor(worker: Worker, guard: Breaker, room: Slots) {
    const { weight, slots, zone } = worker.facts;
    this.id = worker.id;
    this.guard = guard;
    this.room = room;
    this.weight = weight;
    this.slots = slots;
    this.zone = zone;
    this.standing = guard.standing;
    this.#worker = worker;
  }

  /** False when nobody is there to hear: its connection is lost, or it has left. */
  get isReachable(): boolean {
    return this.#worker.connected && !this.#left;
  }

  /** As it was last heard of. */
  get worker(): Worker {
    return this.#worker;
  }

  /** Takes up what changed. */
  update(worker: Worker): void {
    const { weight, slots, zone } = worker.facts;
    this.#worker = worker;
    this.weight = weight;
    this.zone = zone;
    if (slots !== this.slots) {
      this.slots = slots;
      this.room.resize(slots);
    }
    this.offer();
  }

  /** It comes back as another, if at all. Calls that hold its slots still release them. */
  leave(): void {
    this.#left = true;
    this.offer();
  }

  /** The guard says where it stands. */
  stand(standing: Standing): void {
    this.standing = standing;
    for (const picker of this.pickers) picker.stand(this);
    this.offer();
  }

  /** Lets those who wait in line have its slots, or not. */
  offer(): void {
    const offered = !this.#left && this.#worker.available && (this.standing !== 'out' || this.#isNeeded());
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.room.offer(offered);
  }

  /** Takes a slot, if one is free. */
  take(): boolean {
    if (!this.room.take()) return false;
    this.inFlight++;
    return true;
  }

  /** Takes a slot for what runs there already, free or not. */
  occupy(): void {
    this.room.occupy();
    this.inFlight++;
  }

  /** Gives back a slot that was not used. */
  release(): void {
    this.inFlight--;
    this.room.release();
  }

  /** What it offers under a name. */
  offered(tool: string): OfferedTool | undefined {
    return this.#worker.tools.find(({ name }) => name === tool);
  }

  #isNeeded(): boolean {
    for (const { panic } of this.pickers) if (panic) return true;
    return false;
  }
}
