import { CallError, type Json } from '@callsheet/protocol';
import { occurrence } from '../channels.ts';
import type { Clock, Random } from '../clock.ts';
import type { AttemptBudget } from '../guard/budget.ts';
import type { Outcome } from '../outcome.ts';
import { Attempt, type AttemptOwner, type AttemptParts, type Send } from './attempt.ts';
import { type Deadlines, Timed } from './deadlines.ts';
import type { Desk } from './desk.ts';
import { lostTheRace, nobodyThere, tooLate } from './refusals.ts';
import { hasNotRun, maybeExecuted, mayRepeat, pauseMs } from './retry.ts';
import type { Seat } from './seat.ts';
import { type LineParts, type Patience, waitInLine } from './wait-in-line.ts';
import type { Work } from './work.ts';

export interface FlightParts extends AttemptParts, LineParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly deadlines: Deadlines;
  /** Undefined when nothing is tried twice. */
  readonly retries: AttemptBudget | undefined;
  /** Undefined when nobody is asked while another works on it. */
  readonly hedges: { readonly budget: AttemptBudget; readonly leastMs: number } | undefined;
}

/**
 * One call on its way: through the pick or the line to a worker, if need be to one more, and back. The caller is answered when
 * the time is up or the caller leaves, whatever the workers do.
 */
export class Flight extends Timed implements AttemptOwner {
  readonly work: Work;
  readonly #parts: FlightParts;
  readonly #resolve: (answer: Json) => void;
  readonly #reject: (error: unknown) => void;
  #first: Attempt | undefined;
  #second: Attempt | undefined;
  #attempts = 0;
  #lastSeat: Seat | undefined;
  #mayGoAgain: boolean;
  #paidBy: AttemptBudget | undefined;
  /** True while it waits for the next attempt: in line, or for a while. */
  #seeking = false;
  #stopSeeking: (() => void) | undefined;
  #stopHedge: (() => void) | undefined;
  #fault: unknown;
  #mayHaveRun = false;
  /** Gives the answer that waits until its attempt is cleared away. */
  #deliver: (() => void) | undefined;
  #settled = false;

  /** `mayGoAgain`: whether a second attempt may be made at all. */
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

  /** Sends it to whoever is best. */
  start(): void {
    const now = this.#begin();
    if (now !== undefined) this.#seek(now, undefined);
  }

  /** Sends it to a worker whose slot is taken. */
  startAt(seat: Seat, send: Send | undefined): void {
    const now = this.#begin();
    if (now === undefined) seat.release();
    else this.#launch(this.#desk(), seat, now, send);
  }

  override timeUp(): void {
    if (this.#deliver !== undefined) this.#deliver();
    else this.#giveUp(tooLate(this.work, this.#mayHaveRun || this.#isInFlight), true);
  }

  answered(attempt: Attempt, answer: Json, settling: Promise<void> | undefined): void {
    const { retries, hedges } = this.#parts;
    this.#forget(attempt);
    retries?.succeeded();
    hedges?.budget.succeeded();
    this.#stop();
    if (this.#isInFlight) this.#abandonAll(lostTheRace(), false);
    if (settling === undefined) this.#answer(answer);
    else this.#after(settling, () => this.#answer(answer));
  }

  failed(attempt: Attempt, error: unknown, outcome: Exclude<Outcome, 'ok'>, settling: Promise<void> | undefined): void {
    this.#forget(attempt);
    attempt.paidBy?.wasInVain();
    const known = CallError.from(error);
    this.#fault = error;
    if (!hasNotRun(known)) this.#mayHaveRun = true;
    // Another one may still be answered.
    if (this.#isInFlight || this.#seeking) return;
    if (mayRepeat(known, outcome, this.work.repeatable) && this.#goAgain(attempt.seat, known)) return;
    this.#stop();
    if (settling === undefined) this.#refuse(error);
    else this.#after(settling, () => this.#refuse(error));
  }

  interrupted({ seat }: Attempt): void {
    if (this.work.repeatable && this.#buyRetry()) this.#seek(this.#parts.clock.monotonic(), seat);
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

  /** Finds a worker now or in line. `not` has just failed it. */
  #seek(now: number, not: Seat | undefined): void {
    try {
      const { desks } = this.#parts;
      const desk = desks.find(this.work);
      const seat = desk?.take(this.work, not);
      if (seat !== undefined) {
        this.#launch(desk, seat, now, undefined);
        return;
      }
      const hopeless = desks.hopeless(this.work, not);
      if (hopeless === undefined) this.#wait({ ms: this.dueAt - now, not });
      else this.#foundNobody(hopeless);
    } catch (error) {
      this.#foundNobody(error);
    }
  }

  #wait(patience: Pick<Patience, 'ms' | 'not'>): void {
    this.#seeking = true;
    const leave = waitInLine(this.#parts, this.work, {
      ...patience,
      admitted: (seat) => {
        this.#foundSomebody();
        this.#launch(this.#desk(), seat, this.#parts.clock.monotonic(), undefined);
      },
      refused: (error) => {
        this.#foundSomebody();
        if (error.errorName === 'DEADLINE_EXCEEDED') this.timeUp();
        else this.#foundNobody(this.#desk()?.available.length ? error : nobodyThere(this.work.tool));
      },
    });
    // It may have been answered already.
    if (this.#seeking) this.#stopSeeking = leave;
  }

  #launch(desk: Desk | undefined, seat: Seat, now: number, send: Send | undefined): void {
    this.#attempts++;
    if (this.#lastSeat !== undefined && this.#lastSeat !== seat) tellOfFallback(this.#lastSeat, seat);
    this.#lastSeat = seat;
    const attempt = new Attempt(this, { seat, desk, number: this.#attempts, paidBy: this.#paidBy }, this.#parts);
    if (this.#first === undefined) this.#first = attempt;
    else this.#second = attempt;
    if (this.#parts.hedges !== undefined) this.#considerHedge(desk, seat, now);
    attempt.start(now, send);
  }

  /** True when another attempt will be made. */
  #goAgain(not: Seat, error: CallError): boolean {
    const { clock, random } = this.#parts;
    const now = clock.monotonic();
    const pause = pauseMs(error, not, random);
    if (pause >= this.dueAt - now || !this.#buyRetry()) return false;
    if (pause === 0) {
      this.#seek(now, not);
      return true;
    }
    this.#seeking = true;
    this.#stopSeeking = clock.after(pause, () => {
      this.#foundSomebody();
      this.#seek(clock.monotonic(), not);
    });
    return true;
  }

  #buyRetry(): boolean {
    const { retries } = this.#parts;
    return retries !== undefined && this.#buy(retries);
  }

  /** One attempt more, if it is still allowed and can be paid for. */
  #buy(budget: AttemptBudget): boolean {
    if (!this.#mayGoAgain) return false;
    const paid = budget.spend();
    if (occurrence.hasSubscribers) {
      occurrence.publish({ type: paid ? 'retry' : 'retry_budget_exhausted', target: this.work.tool });
    }
    if (!paid) return false;
    this.#mayGoAgain = false;
    this.#paidBy = budget;
    return true;
  }

  #considerHedge(desk: Desk | undefined, seat: Seat, now: number): void {
    const { hedges, clock } = this.#parts;
    const slowMs = desk?.slowMs;
    if (hedges === undefined || slowMs === undefined || !this.#mayGoAgain || !this.work.repeatable) return;
    const ms = Math.max(hedges.leastMs, slowMs);
    if (ms < this.dueAt - now) this.#stopHedge = clock.after(ms, () => this.#hedge(hedges.budget, seat));
  }

  /** Asks somebody else as well, if somebody is free. */
  #hedge(budget: AttemptBudget, not: Seat): void {
    if (!this.#isInFlight || !this.#mayGoAgain) return;
    const desk = this.#desk();
    const seat = desk?.take(this.work, not);
    if (seat === undefined) return;
    if (this.#buy(budget)) this.#launch(desk, seat, this.#parts.clock.monotonic(), undefined);
    else seat.release();
  }

  #foundSomebody(): void {
    this.#seeking = false;
    this.#stopSeeking = undefined;
  }

  #foundNobody(error: unknown): void {
    if (this.#isInFlight) return;
    this.#stop();
    this.#refuse(this.#attempts > 0 ? this.#fault : error);
  }

  #giveUp(reason: CallError, timeWasUp: boolean): void {
    if (this.#settled) return;
    this.#stop();
    if (this.#isInFlight) this.#mayHaveRun = true;
    this.#refuse(reason);
    if (timeWasUp) this.#endInterest(reason);
    this.#abandonAll(reason, timeWasUp);
  }

  #endInterest(reason: CallError): void {
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
    void settling.then(deliver);
  }

  #answer(answer: Json): void {
    if (this.#settle()) this.#resolve(answer);
  }

  #refuse(error: unknown): void {
    if (this.#settle()) this.#reject(this.#told(this.#mayHaveRun ? maybeExecuted(error) : error));
  }

  #told(error: unknown): unknown {
    try {
      return this.work.told === undefined ? error : this.work.told(error);
    } catch (fault) {
      this.#parts.fault(fault);
      return error;
    }
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#parts.deadlines.clear(this);
    this.work.interest.settleWith(undefined);
    return true;
  }

  /** No further attempt is made. */
  #stop(): void {
    this.#mayGoAgain = false;
    this.#stopSeeking?.();
    this.#stopHedge?.();
    this.#foundSomebody();
    this.#stopHedge = undefined;
  }

  #forget(attempt: Attempt): void {
    if (this.#first === attempt) this.#first = undefined;
    else if (this.#second === attempt) this.#second = undefined;
  }

  get #isInFlight(): boolean {
    return this.#first !== undefined || this.#second !== undefined;
  }

  #desk(): Desk | undefined {
    try {
      return this.#parts.desks.find(this.work);
    } catch {
      // A version range that is none: somebody else chose the worker, and nobody is to be told how it goes.
      return undefined;
    }
  }
}

/** What one worker was asked for goes to another: it failed, or is slow. */
function tellOfFallback({ worker: from }: Seat, { worker: to }: Seat): void {
  if (occurrence.hasSubscribers) occurrence.publish({ type: 'fallback', from: from.facts.name, to: to.facts.name });
}
