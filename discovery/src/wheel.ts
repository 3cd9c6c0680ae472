import type { Clock } from './clock.ts';

export interface WheelOptions {
  /**
   * How late a deadline may fire, in milliseconds, so that those close to each other fire together; 0. A fleet of hundreds wakes
   * the process a hundred times a second without it.
   */
  readonly lateMs?: number;
  /** Width of one slot in milliseconds; 50. Costs nothing in precision, only in how many deadlines one turn looks at. */
  readonly slotMs?: number;
  /** Slots of one revolution; 256. A deadline further away than a revolution waits for a later one. */
  readonly slots?: number;
  /**
   * How late the clock may call before the process is taken to have been asleep, in milliseconds; 1,000. Whatever is longer
   * does not count as time.
   */
  readonly stallMs?: number;
}

interface Deadline {
  readonly at: number;
  readonly callback: () => void;
  waiting: boolean;
}

/**
 * A hashed timing wheel (Varghese and Lauck 1987, scheme 6) for any number of deadlines on one appointment of the clock below.
 * Setting and taking back cost O(1); nothing fires early, and equal deadlines fire in the order they were set.
 *
 * It is a clock itself, with one difference: a stall of this process is no time. Whoever was stopped for a minute has heard
 * nobody for a minute, and must not hold that against them.
 */
export class TimingWheel implements Clock {
  readonly #clock: Clock;
  readonly #lateMs: number;
  readonly #slotMs: number;
  readonly #stallMs: number;
  readonly #slots: readonly Set<Deadline>[];
  #size = 0;
  #stalledMs = 0;
  #turnedTo: number;
  #appointment: { readonly at: number; readonly cancel: () => void } | undefined;
  /** What fires in this turn; undefined between turns. */
  #due: readonly Deadline[] | undefined;

  /** @throws RangeError when an option is no number it can turn with. */
  constructor(clock: Clock, { lateMs = 0, slotMs = 50, slots = 256, stallMs = 1_000 }: WheelOptions = {}) {
    if (!(lateMs >= 0 && Number.isFinite(lateMs))) throw cannotTurn('lateMs', lateMs, 'a number from 0');
    if (!(slotMs >= 1 && Number.isFinite(slotMs))) throw cannotTurn('slotMs', slotMs, 'a number from 1');
    if (!(Number.isInteger(slots) && slots >= 2)) throw cannotTurn('slots', slots, 'a whole number from 2');
    if (!(stallMs > 0)) throw cannotTurn('stallMs', stallMs, 'a number above 0');
    this.#clock = clock;
    this.#lateMs = lateMs;
    this.#slotMs = slotMs;
    this.#stallMs = stallMs;
    this.#slots = Array.from({ length: slots }, () => new Set<Deadline>());
    this.#turnedTo = clock.monotonic();
  }

  /** Deadlines that are still to come. */
  get size(): number {
    return this.#size;
  }

  monotonic(): number {
    const time = this.#clock.monotonic() - this.#stalledMs;
    // Somebody may ask before the late call has come; the answer is the same as afterwards.
    return this.#appointment === undefined ? time : Math.min(time, this.#appointment.at + this.#stallMs);
  }

  after(ms: number, callback: () => void): () => void {
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`Cannot set a deadline in ${ms} ms; use a number from 0`);
    }
    const deadline: Deadline = { at: this.monotonic() + ms, callback, waiting: true };
    this.#slotAt(this.#tick(deadline.at)).add(deadline);
    this.#size++;
    const inTime = deadline.at + this.#lateMs >= (this.#appointment?.at ?? Number.POSITIVE_INFINITY);
    if (this.#due === undefined && !inTime) this.#appoint(deadline.at + this.#lateMs);
    return () => this.#takeBack(deadline);
  }

  /** Takes back everything. */
  close(): void {
    for (const deadline of this.#due ?? []) deadline.waiting = false;
    for (const slot of this.#slots) {
      for (const deadline of slot) deadline.waiting = false;
      slot.clear();
    }
    this.#size = 0;
    this.#rest();
  }

  #takeBack(deadline: Deadline): void {
    if (!deadline.waiting) return;
    deadline.waiting = false;
    // Already out of its slot when it is due in this very turn.
    if (this.#slotAt(this.#tick(deadline.at)).delete(deadline)) this.#size--;
    if (this.#size === 0) this.#rest();
  }

  #turn(appointed: number): void {
    const late = this.#clock.monotonic() - this.#stalledMs - appointed;
    if (late > this.#stallMs) this.#stalledMs += late - this.#stallMs;
    this.#appointment = undefined;
    const faults: unknown[] = [];
    this.#due = this.#takeDue(this.monotonic());
    for (const deadline of this.#due) {
      // Taken back by one that fired before it in this turn.
      if (!deadline.waiting) continue;
      deadline.waiting = false;
      try {
        deadline.callback();
      } catch (error) {
        faults.push(error);
      }
    }
    this.#due = undefined;
    this.#appointNext();
    // Only now: one bad callback must not cost the others their deadlines.
    if (faults.length > 0) throw faults[0];
  }

  #takeDue(now: number): Deadline[] {
    const due: Deadline[] = [];
    const first = this.#tick(this.#turnedTo);
    const last = Math.min(this.#tick(now), first + this.#slots.length - 1);
    for (let tick = first; tick <= last; tick++) {
      const slot = this.#slotAt(tick);
      for (const deadline of slot) {
        if (deadline.at > now) continue;
        slot.delete(deadline);
        due.push(deadline);
      }
    }
    this.#size -= due.length;
    this.#turnedTo = now;
    return due.sort((one, other) => one.at - other.at);
  }

  #appointNext(): void {
    if (this.#size === 0) {
      this.#rest();
      return;
    }
    const first = this.#tick(this.#turnedTo);
    for (let tick = first; tick < first + this.#slots.length; tick++) {
      let earliest = Number.POSITIVE_INFINITY;
      for (const { at } of this.#slotAt(tick)) if (this.#tick(at) <= tick && at < earliest) earliest = at;
      if (earliest !== Number.POSITIVE_INFINITY) {
        this.#appoint(earliest + this.#lateMs);
        return;
      }
    }
    this.#appoint((first + this.#slots.length) * this.#slotMs);
  }

  #appoint(at: number): void {
    this.#appointment?.cancel();
    this.#appointment = undefined;
    // Rounded up: timers cut fractions off, and would call early for nothing.
    const ms = Math.max(0, Math.ceil(at - this.monotonic()));
    this.#appointment = { at, cancel: this.#clock.after(ms, () => this.#turn(at)) };
  }

  #rest(): void {
    this.#appointment?.cancel();
    this.#appointment = undefined;
  }

  #tick(at: number): number {
    return Math.floor(at / this.#slotMs);
  }

  #slotAt(tick: number): Set<Deadline> {
    const slots = this.#slots;
    const at = tick % slots.length;
    return slots[at < 0 ? at + slots.length : at] as Set<Deadline>;
  }
}

function cannotTurn(option: string, value: number, wish: string): RangeError {
  return new RangeError(`Cannot make a timing wheel: ${option} is ${value}; use ${wish}`);
}
