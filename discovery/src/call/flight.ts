import { CallError, type Json } from '@callsheet/protocol';
import type { Clock, Random } from '../clock.ts';
import type { AttemptBudget } from '../guard/budget.ts';
import type { Bulkhead } from '../guard/bulkhead.ts';
import type { Slots } from '../guard/slots.ts';
import type { Wish } from '../guard/waiting-line.ts';
import type { Outcome } from '../outcome.ts';
import { Attempt, type AttemptOwner, type AttemptParts, type Send } from './attempt.ts';
import { type Deadlines, Timed } from './deadlines.ts';
import type { Desk } from './desk.ts';
import type { Desks } from './desks.ts';
import { lineName } from './lines.ts';
import { hasNotRun, maybeExecuted, mayRepeat, pauseMs } from './retry.ts';
import type { Seat } from './seat.ts';
import type { Seats } from './seats.ts';
import type { Work } from './work.ts';

export interface FlightParts extends AttemptParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly deadlines: Deadlines;
  readonly desks: Desks;
  readonly seats: Seats;
  readonly bulkhead: Bulkhead;
  /** Undefined when nothing is tried twice. */
  readonly retries: AttemptBudget | undefined;
}

const LOST_THE_RACE = 'Another attempt of the call has been answered first';

/**
 * One call on its way: through the pick or the line to a worker, if need be to one more, and back. The caller is answered when
 * the time is up or the caller leaves, whatever the workers do.
 */
export class Flight extends Timed implements AttemptOwner, Wish {
  readonly work: Work;
  /** What is left for waiting in line. */
  deadlineMs = 0;
  not: Slots | undefined;
  fits: ((slots: Slots) => boolean) | undefined;
  readonly #parts: FlightParts;
  readonly #resolve: (answer: Json) => void;
  readonly #reject: (error: unknown) => void;
  #first: Attempt | undefined;
  #second: Attempt | undefined;
  #attempts = 0;
  #mayGoAgain: boolean;
  #paidBy: AttemptBudget | undefined;
  /** Takes back what leads to the next attempt: a place in line or a pause. */
  #stopSeeking: (() => void) | undefined;
  #seeking = false;
  #fault: unknown;
  #mayHaveRun = false;
  /** Gives the answer that waits for its attempt to be cleared away. */
  #deliver: (() => void) | undefined;
  #settled = false;

  constructor(
    parts: FlightParts,
    work: Work,
    mayGoAgain: boolean,
    resolve: (answer: Json) => void,
    reject: (error: unknown) => void,
  ) {
    super();
    this.work = work;
    this.#parts = parts;
    this.#mayGoAgain = mayGoAgain;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get tool(): string {
    return this.work.tool;
  }

  /** Sends it to whoever is best. */
  start(): void {
    const now = this.#begin();
    if (now !== undefined) this.#seek(now, undefined);
  }

  /** Sends it to a worker whose slot is taken. */
  startAt(seat: Seat, send: Send | undefined): void {
    const now = this.#begin();
    if (now !== undefined) {
      this.#launch(this.#deskOf(), seat, now, send);
      return;
    }
    seat.inFlight--;
    seat.room.release();
  }

  override timeUp(): void {
    if (this.#deliver !== undefined) {
      this.#deliver();
      return;
    }
    this.#giveUp(tooLate(this.work, this.#mayHaveRun || this.#isInFlight), true);
  }

  // The line.

  admit(room: Slots): void {
    this.#seekingEnded();
    const seat = this.#parts.seats.ofRoom(room);
    if (seat === undefined) {
      room.release();
      return;
    }
    seat.inFlight++;
    this.#launch(this.#deskOf(), seat, this.#parts.clock.monotonic(), undefined);
  }

  refuse(error: CallError): void {
    this.#seekingEnded();
    this.#foundNobody(error);
  }

  // The attempts.

  answered(attempt: Attempt, answer: Json, settling: Promise<void> | undefined): void {
    this.#forget(attempt);
    this.#parts.retries?.succeeded();
    if (this.#settled || this.#deliver !== undefined) return;
    this.#stop();
    if (this.#isInFlight) this.#abandonAll(new CallError('CANCELLED', LOST_THE_RACE), false);
    if (settling === undefined) this.#answer(answer);
    else this.#after(settling, () => this.#answer(answer));
  }

  failed(attempt: Attempt, error: unknown, outcome: Exclude<Outcome, 'ok'>, settling: Promise<void> | undefined): void {
    this.#forget(attempt);
    attempt.paidBy?.wasInVain();
    if (this.#settled || this.#deliver !== undefined) return;
    const known = CallError.from(error);
    if (!hasNotRun(known)) this.#mayHaveRun = true;
    this.#fault = error;
    // Another one may still be answered.
    if (this.#isInFlight || this.#seeking) return;
    if (mayRepeat(known, outcome, this.work.repeatable) && this.#goAgain(attempt.seat, known)) return;
    if (settling === undefined) this.#refuse(error);
    else this.#after(settling, () => this.#refuse(error));
  }

  interrupted(attempt: Attempt): void {
    if (!this.work.repeatable || this.#seeking || this.#settled || !this.#buy()) return;
    this.#seek(this.#parts.clock.monotonic(), attempt.seat);
  }

  /** When it begins, by the clock; undefined when it is over before. */
  #begin(): number | undefined {
    const { clock, deadlines } = this.#parts;
    const { interest, timeoutMs } = this.work;
    if (interest.reason !== undefined) this.#refuse(interest.reason);
    else if (!(timeoutMs > 0)) this.#refuse(tooLate(this.work, false));
    else {
      interest.settleWith((reason) => this.#giveUp(reason, false));
      const now = clock.monotonic();
      deadlines.set(this, timeoutMs, now);
      return now;
    }
    return undefined;
  }

  #seek(now: number, not: Seat | undefined): void {
    const { desks, bulkhead, seats } = this.#parts;
    let hopeless: CallError | undefined;
    try {
      const desk = desks.find(this.work);
      const seat = desk?.take(this.work, not);
      if (seat !== undefined) {
        this.#launch(desk, seat, now, undefined);
        return;
      }
      hopeless = desks.hopeless(this.work, not);
      const fits = desks.fits(this.work);
      this.fits = fits && ((room) => isFit(seats.ofRoom(room), fits));
    } catch (error) {
      hopeless = CallError.from(error);
    }
    if (hopeless !== undefined) {
      this.#foundNobody(hopeless);
      return;
    }
    this.deadlineMs = this.dueAt - now;
    this.not = not?.room;
    this.#seeking = true;
    const leave = bulkhead.wait(lineName(this.work.tool, this.work.schemaHash), this);
    // It may have been answered already.
    if (this.#seeking) this.#stopSeeking = leave;
  }

  #launch(desk: Desk | undefined, seat: Seat, now: number, send: Send | undefined): void {
    this.#attempts++;
    const paidBy = this.#paidBy;
    const attempt = new Attempt(this, { seat, desk, number: this.#attempts, paidBy }, this.#parts);
    if (this.#first === undefined) this.#first = attempt;
    else this.#second = attempt;
    attempt.start(now, send);
  }

  #goAgain(not: Seat, error: CallError): boolean {
    const { clock, random } = this.#parts;
    const now = clock.monotonic();
    const pause = pauseMs(error, not, random);
    if (pause >= this.dueAt - now || !this.#buy()) return false;
    if (pause === 0) {
      this.#seek(now, not);
      return true;
    }
    this.#seeking = true;
    this.#stopSeeking = clock.after(pause, () => {
      this.#seekingEnded();
      this.#seek(clock.monotonic(), not);
    });
    return true;
  }

  /** One attempt more, if it is still allowed and can be paid for. */
  #buy(): boolean {
    const { retries } = this.#parts;
    if (!this.#mayGoAgain || retries === undefined || !retries.spend()) return false;
    this.#mayGoAgain = false;
    this.#paidBy = retries;
    return true;
  }

  #foundNobody(error: CallError): void {
    if (this.#isInFlight || this.#settled) return;
    this.#refuse(this.#attempts > 0 ? this.#fault : error);
  }

  #giveUp(reason: CallError, timeWasUp: boolean): void {
    if (this.#settled) return;
    this.#stop();
    this.#refuse(reason);
    if (timeWasUp) this.#cancelInterest(reason);
    this.#abandonAll(reason, timeWasUp);
  }

  #cancelInterest(reason: CallError): void {
    try {
      this.work.interest.cancel(reason);
    } catch (error) {
      this.#parts.fault(error);
    }
  }

  #abandonAll(reason: CallError, timeWasUp: boolean): void {
    const first = this.#first;
    const second = this.#second;
    this.#first = undefined;
    this.#second = undefined;
    first?.abandon(reason, timeWasUp);
    second?.abandon(reason, timeWasUp);
  }

  #after(settling: Promise<void>, deliver: () => void): void {
    this.#deliver = deliver;
    void settling.then(deliver, deliver);
  }

  #answer(answer: Json): void {
    if (this.#settle()) this.#resolve(answer);
  }

  #refuse(error: unknown): void {
    if (this.#settle()) this.#reject(this.#mayHaveRun ? maybeExecuted(error) : error);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#parts.deadlines.clear(this);
    this.work.interest.settleWith(undefined);
    return true;
  }

  #stop(): void {
    const stop = this.#stopSeeking;
    this.#seekingEnded();
    stop?.();
  }

  #seekingEnded(): void {
    this.#seeking = false;
    this.#stopSeeking = undefined;
  }

  #forget(attempt: Attempt): void {
    if (this.#first === attempt) this.#first = undefined;
    else if (this.#second === attempt) this.#second = undefined;
  }

  get #isInFlight(): boolean {
    return this.#first !== undefined || this.#second !== undefined;
  }

  #deskOf(): Desk | undefined {
    try {
      return this.#parts.desks.find(this.work);
    } catch {
      // It was found before, or another worker's: nobody to tell how it goes.
      return undefined;
    }
  }
}

function isFit(seat: Seat | undefined, fits: (seat: Seat) => boolean): boolean {
  return seat !== undefined && fits(seat);
}

function tooLate({ tool, timeoutMs, repeatable }: Work, maybeExecuted: boolean): CallError {
  return new CallError('DEADLINE_EXCEEDED', `Cannot finish "${tool}" within ${timeoutMs} ms`, {
    maybeExecuted,
    retryable: repeatable,
  });
}
