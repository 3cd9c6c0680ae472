import type { Strategy } from '../balance/strategy.ts';
import type { Selection } from '../catalogue/selection.ts';
import { Fleet, type FleetRules } from '../guard/fleet.ts';
import type { Outcome } from '../outcome.ts';
import type { Latencies } from './latencies.ts';
import type { Picker, Seat } from './seat.ts';
import type { Work } from './work.ts';

export interface DeskParts {
  readonly strategy: Strategy;
  readonly rules: FleetRules;
  readonly seatOf: (workerId: string) => Seat | undefined;
  /** How long its calls take; undefined when nobody asks. */
  readonly latencies: Latencies | undefined;
  /** The strategy threw. */
  readonly failed: (error: unknown) => void;
}

/** How often another worker is asked for after the first had no free slot. */
const MORE_PICKS = 2;
/** Longer keys say no more of a call than their beginning. */
const LONGEST_AFFINITY = 256;

/** Picks workers for one tool, of those who mean the same by it and fit the same wishes. */
export class Desk implements Picker {
  readonly #parts: DeskParts;
  readonly #fleet: Fleet<Seat>;
  readonly #members = new Set<Seat>();
  readonly #trials = new Set<Seat>();
  /** Who is kept away by its guard, and how many picks there had been when that began. */
  readonly #barred = new Map<Seat, number>();
  #picks = 0;
  /** Calls of this desk that workers have now. */
  active = 0;
  #selection: Selection | undefined;
  #adopted = false;
  #panic = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#fleet = new Fleet<Seat>(parts.rules, () => this.#fleetChanged());
  }

  get panic(): boolean {
    return this.#fleet.panic;
  }

  /** What few of its calls exceed, in milliseconds; undefined while too little is known. */
  get slowMs(): number | undefined {
    return this.#parts.latencies?.ms;
  }

  /** Who may be picked, slots aside. A live list: read it, do not keep it. */
  get available(): readonly Seat[] {
    return this.#fleet.available();
  }

  /** Brings it up to date. The same selection means that nothing has changed. */
  refresh(selection: Selection): void {
    if (selection === this.#selection) return;
    this.#selection = selection;
    const present = new Set<Seat>();
    for (const { worker } of selection.endpoints) {
      const seat = this.#parts.seatOf(worker.id);
      if (seat !== undefined) present.add(seat);
    }
    for (const seat of this.#members) if (!present.has(seat)) this.#dismiss(seat);
    for (const seat of present) if (!this.#members.has(seat)) this.#welcome(seat);
    // Also for those who stayed: their weights and slots may be others.
    this.#adopted = false;
  }

  stand(seat: Seat): void {
    this.#noteTrial(seat);
    this.#fleet.stand(seat, seat.standing);
    this.#noteBarred(seat);
  }

  /** Brings the counts of calls that went elsewhere, because a guard kept a worker away, up to now. */
  settleDiverted(): void {
    for (const [seat, since] of this.#barred) {
      seat.diverted += this.#picks - since;
      this.#barred.set(seat, this.#picks);
    }
  }

  /**
   * A slot of the best worker, taken; undefined when those who were asked have none. Never of `not`. A worker that waits for its
   * trial gets the first call that may be repeated: one that has just failed would not be picked by what is known of it.
   */
  take({ repeatable, route }: Pick<Work, 'repeatable' | 'route'>, not: Seat | undefined): Seat | undefined {
    if (repeatable && this.#trials.size > 0) {
      for (const seat of this.#trials) if (seat !== not && seat.take()) return seat;
    }
    this.#picks += 1;
    const affinity = route?.affinity?.slice(0, LONGEST_AFFINITY);
    const zone = route?.zone;
    let passed = not;
    for (let picks = 0; picks <= MORE_PICKS; picks++) {
      const seat = this.#pick(affinity, zone, passed);
      if (seat === undefined) return undefined;
      if (seat !== not && seat.take()) return seat;
      if (seat === passed) return undefined;
      passed = seat;
    }
    return undefined;
  }

  /** Whether a slot of this worker is worth more to a call in line than to wait about so long for another. */
  welcomes(seat: Seat, waitMs: number): boolean {
    try {
      return this.#strategy().welcomes?.(seat, waitMs) ?? true;
    } catch (error) {
      this.#parts.failed(error);
      return true;
    }
  }

  /** A call leaves for a worker whose slot it holds. */
  started(seat: Seat): void {
    this.active += 1;
    try {
      this.#parts.strategy.started(seat);
    } catch (error) {
      this.#parts.failed(error);
    }
  }

  /** It has ended, or nobody waits for it any more. */
  ended(seat: Seat, outcome: Outcome, elapsedMs: number): void {
    this.active -= 1;
    if (outcome === 'ok') this.#parts.latencies?.add(elapsedMs);
    try {
      this.#parts.strategy.ended(seat, outcome, elapsedMs);
    } catch (error) {
      this.#parts.failed(error);
    }
  }

  /** What the strategy knows of a worker, as far as it can be written down. */
  explain(seat: Seat): Readonly<Record<string, number>> {
    try {
      const numbers = Object.entries(this.#parts.strategy.explain?.(seat) ?? {});
      return Object.fromEntries(numbers.filter(([, number]) => Number.isFinite(number)));
    } catch (error) {
      this.#parts.failed(error);
      return {};
    }
  }

  /** Nobody asks it any more. */
  close(): void {
    for (const seat of [...this.#members]) this.#dismiss(seat);
  }

  #pick(affinity: string | undefined, zone: string | undefined, not: Seat | undefined): Seat | undefined {
    try {
      // It was given seats, and picks one of those it was given.
      return this.#strategy().pick({ affinity, zone, not }) as Seat | undefined;
    } catch (error) {
      this.#parts.failed(error);
      return this.available.find((seat) => seat !== not && seat.room.canOffer);
    }
  }

  /** The strategy, told who may be picked now. */
  #strategy(): Strategy {
    const { strategy } = this.#parts;
    if (!this.#adopted) {
      strategy.adopt(this.#fleet.available());
      this.#adopted = true;
    }
    return strategy;
  }

  #welcome(seat: Seat): void {
    this.#members.add(seat);
    seat.pickers.add(this);
    this.#noteTrial(seat);
    this.#fleet.add(seat, seat.standing);
    this.#noteBarred(seat);
    seat.offer();
  }

  #dismiss(seat: Seat): void {
    this.#members.delete(seat);
    this.#trials.delete(seat);
    this.#letBack(seat);
    seat.pickers.delete(this);
    this.#fleet.remove(seat);
    seat.offer();
  }

  /** In a panic everybody is asked. */
  #noteBarred(seat: Seat): void {
    if (seat.standing !== 'out' || this.#fleet.panic) this.#letBack(seat);
    else if (!this.#barred.has(seat)) this.#barred.set(seat, this.#picks);
  }

  #letBack(seat: Seat): void {
    const since = this.#barred.get(seat);
    if (since === undefined) return;
    seat.diverted += this.#picks - since;
    this.#barred.delete(seat);
  }

  #noteTrial(seat: Seat): void {
    if (seat.standing === 'trial') this.#trials.add(seat);
    else this.#trials.delete(seat);
  }

  #fleetChanged(): void {
    this.#adopted = false;
    const { panic } = this.#fleet;
    if (panic === this.#panic) return;
    this.#panic = panic;
    for (const seat of this.#members) {
      this.#noteBarred(seat);
      seat.offer();
    }
  }
}
