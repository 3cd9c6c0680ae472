import { checkRate, type Rate } from './rate.ts';

/** The theoretical arrival time of a cell nobody has used. */
export const UNUSED = Number.NEGATIVE_INFINITY;

/**
 * The arithmetic of one rate: the generic cell rate algorithm in its virtual scheduling form (ITU-T I.371, annex A). All
 * that is remembered of a caller is one number, the theoretical arrival time of the next call were calls to come evenly;
 * how far it lies ahead of now is the caller's debt. Each call adds to the debt, time pays it off.
 *
 * What it promises, for any calls at any times:
 * - In a closed interval of `t` ms at most `burst + 1 + ⌊t · calls / windowMs⌋` calls pass when their times are whole
 *   milliseconds. Fractions are rounded down to the grid below, which can let one more call in: never more than
 *   `burst + 2 + ⌊t · calls / windowMs⌋`.
 * - A refused call costs nothing.
 * - The wait is the least whole number of milliseconds after which the same call passes if nobody calls in between.
 *
 * Times are counted in whole steps of 1 / p ms with calls / windowMs = p / q in lowest terms, so that a call costs q steps
 * and every sum is exact: nothing drifts, however long it runs (up to now · p = 2^53, for a million calls in 1 s 285 years).
 */
export class Gcra {
  readonly rate: Rate;
  readonly #stepsPerMs: number;
  readonly #stepsPerCall: number;
  /** Steps of debt that are allowed, the call that asks included. */
  readonly #room: number;

  /** @throws Error when the rate makes no sense. */
  constructor(rate: Rate) {
    checkRate(rate);
    const divisor = greatestCommonDivisor(rate.calls, rate.windowMs);
    this.rate = rate;
    this.#stepsPerMs = rate.calls / divisor;
    this.#stepsPerCall = rate.windowMs / divisor;
    this.#room = (rate.burst + 1) * this.#stepsPerCall;
  }

  /**
   * @param arrival theoretical arrival time, in steps; `UNUSED` at first.
   * @param now monotonic, milliseconds; fractions are fine.
   * @param calls how many at once, a whole number: all of them pass or none.
   * @returns 0 when they would pass, else whole milliseconds until they do; Infinity when more than `burst + 1` are asked
   * for at once, which never pass.
   */
  wait(arrival: number, now: number, calls: number): number {
    const price = calls * this.#stepsPerCall;
    if (price > this.#room) return Number.POSITIVE_INFINITY;
    const open = arrival + price - this.#room;
    return open <= Math.floor(now * this.#stepsPerMs) ? 0 : this.#untilOpen(open, now);
  }

  /** The theoretical arrival time after the calls, passed or not. */
  charge(arrival: number, now: number, calls: number): number {
    const time = Math.floor(now * this.#stepsPerMs);
    return (arrival > time ? arrival : time) + calls * this.#stepsPerCall;
  }

  #untilOpen(open: number, now: number): number {
    const steps = this.#stepsPerMs;
    let wait = Math.ceil(open / steps - now);
    // With fractions of milliseconds the division can be off by one: the answer is what the next question will find.
    while (Math.floor((now + wait) * steps) < open) wait++;
    while (wait > 1 && Math.floor((now + wait - 1) * steps) >= open) wait--;
    return wait;
  }
}

/** One caller's debt under one rate, as a field of whatever is limited. */
export class GcraCell {
  readonly #gcra: Gcra;
  #arrival = UNUSED;

  /** @param gcra may serve any number of cells. */
  constructor(gcra: Gcra) {
    this.#gcra = gcra;
  }

  /** In steps of the rate: cells of one rate can be ordered by when they are drained. */
  get arrival(): number {
    return this.#arrival;
  }

  /** Lets the calls pass and charges them, or refuses them at no cost. @returns 0, or the wait as `Gcra.wait` has it. */
  take(now: number, calls = 1): number {
    const wait = this.#gcra.wait(this.#arrival, now, calls);
    if (wait === 0) this.#arrival = this.#gcra.charge(this.#arrival, now, calls);
    return wait;
  }

  /** What `take` would answer, without taking. */
  wait(now: number, calls = 1): number {
    return this.#gcra.wait(this.#arrival, now, calls);
  }

  /** Charges calls whether they fit or not. */
  charge(now: number, calls = 1): void {
    this.#arrival = this.#gcra.charge(this.#arrival, now, calls);
  }
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}
