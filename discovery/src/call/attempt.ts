import { CallError, isSampled, type Json, type JsonObject, type ToolContext } from '@callsheet/protocol';
import { attemptEnd, attemptStart } from '../channels.ts';
import type { AttemptBudget } from '../guard/budget.ts';
import type { Ticket } from '../guard/guard.ts';
import { type Outcome, outcomeOf } from '../outcome.ts';
import type { EndpointCall, JobTicket } from '../worker.ts';
import type { Desk } from './desk.ts';
import { ObservedAttempt } from './observed-attempt.ts';
import type { RoomBell } from './room-bell.ts';
import type { Seat } from './seat.ts';
import type { AttemptFacts, Hosted, Work } from './work.ts';

/** Whose attempt it is. None of these may throw. */
export interface AttemptOwner {
  readonly work: Work;
  /** `settling`: what it used is being freed. */
  answered(attempt: Attempt, answer: Json, settling: Promise<void> | undefined): void;
  failed(attempt: Attempt, error: unknown, outcome: Exclude<Outcome, 'ok'>, settling: Promise<void> | undefined): void;
  interrupted(attempt: Attempt): void;
}

export interface AttemptParts {
  readonly clock: { monotonic(): number };
  readonly bell: RoomBell;
  /** By which workers are picked, for those who are told. */
  readonly strategy: string;
  /** Code that is not ours threw. */
  readonly fault: (error: unknown) => void;
}

/** Where an attempt goes and what it goes by. */
export interface AttemptPlan {
  readonly seat: Seat;
  readonly desk: Desk | undefined;
  readonly number: number;
  /** Who pays, when it is not the first. */
  readonly paidBy: AttemptBudget | undefined;
}

/** A way to reach the worker other than its link, e.g. to wait for what runs there already. */
export type Send = (call: EndpointCall) => Promise<Json>;

/** Less than this was the time of nobody who meant to wait: it tells nothing of a worker, not even on trial. */
const HASTE_MS = 1_000;

/**
 * One attempt of a call, on one worker, whose slot it holds until the worker has really ended. What it says of the worker is
 * told to guard and strategy as soon as it is known, which may be earlier: when the time was up or the caller left.
 */
export class Attempt implements EndpointCall, AttemptFacts {
  readonly seat: Seat;
  readonly attempt: number;
  readonly paidBy: AttemptBudget | undefined;
  readonly #owner: AttemptOwner;
  readonly #desk: Desk | undefined;
  readonly #parts: AttemptParts;
  #startedAt = 0;
  #ticket: Ticket = 0;
  #told = false;
  #ended = false;
  #reason: CallError | undefined;
  #listener: ((reason: CallError) => void) | undefined;
  #controller: AbortController | undefined;
  #hosted: Hosted | undefined;
  #observed: ObservedAttempt | undefined;

  constructor(owner: AttemptOwner, { seat, desk, number, paidBy }: AttemptPlan, parts: AttemptParts) {
    this.seat = seat;
    this.attempt = number;
    this.paidBy = paidBy;
    this.#owner = owner;
    this.#desk = desk;
    this.#parts = parts;
  }

  get tool(): string {
    return this.#owner.work.tool;
  }

  get args(): JsonObject {
    return this.#owner.work.args;
  }

  get job(): JobTicket | undefined {
    return this.#owner.work.job;
  }

  get traceparent(): string | undefined {
    return this.#observed?.traceparent;
  }

  get context(): ToolContext {
    if (this.#hosted === undefined) {
      this.#hosted = this.#owner.work.host(this);
      // Asked too late: nobody would come to free it.
      if (this.#ended) void this.#settle(this.#hosted);
    }
    return this.#hosted.context;
  }

  get reason(): CallError | undefined {
    return this.#reason;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  onAbort(listener: (reason: CallError) => void): void {
    if (this.#reason === undefined) this.#listener = listener;
    else listener(this.#reason);
  }

  interrupted(): void {
    if (!this.#ended && this.#reason === undefined) this.#owner.interrupted(this);
  }

  /** Sends it. The slot is taken. */
  start(now: number, send: Send | undefined): void {
    const { seat } = this;
    this.#startedAt = now;
    this.#desk?.started(seat);
    this.#ticket = seat.guard.started(Math.max(this.#owner.work.timeoutMs, HASTE_MS));
    seat.picks += 1;
    const { traceparent } = this.#owner.work;
    // The others are only counted: numbers that are read when somebody looks cost less than a message.
    if (attemptStart.hasSubscribers && isSampled(traceparent)) {
      this.#observed = new ObservedAttempt(this, this.#parts.strategy, traceparent, now);
      attemptStart.publish(this.#observed);
    }
    try {
      const answer = send === undefined ? seat.worker.link.call(this) : send(this);
      answer.then(
        (value) => this.#succeeded(value),
        (error: unknown) => this.#failed(error),
      );
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Nobody wants the answer any more. The slot stays taken until the worker has ended. */
  abandon(reason: CallError, timeWasUp: boolean): void {
    if (this.#ended || this.#reason !== undefined) return;
    this.#reason = reason;
    if (timeWasUp) this.#tellOfTime(reason);
    else this.#tell('neutral', reason);
    const listener = this.#listener;
    this.#listener = undefined;
    try {
      listener?.(reason);
      this.#controller?.abort(reason);
    } catch (error) {
      this.#parts.fault(error);
    }
  }

  #succeeded(answer: Json): void {
    if (this.#ended) return;
    if (this.#reason !== undefined) {
      void this.#end('neutral', undefined);
      return;
    }
    try {
      this.#owner.work.accept(answer);
    } catch (error) {
      // Whatever the error says: the tool has promised another answer.
      this.#fail(error, 'hard');
      return;
    }
    this.#owner.answered(this, answer, this.#end('ok', undefined));
  }

  #failed(error: unknown): void {
    if (this.#ended) return;
    const { errorName } = CallError.from(error);
    this.#fail(error, errorName === 'DEADLINE_EXCEEDED' ? this.#atTimeUp() : outcomeOf(error));
  }

  #fail(error: unknown, outcome: Exclude<Outcome, 'ok'>): void {
    const abandoned = this.#reason !== undefined;
    const settling = this.#end(outcome, CallError.from(error));
    if (!abandoned) this.#owner.failed(this, error, outcome, settling);
  }

  /** The worker has ended. Frees everything, what was told before. */
  #end(outcome: Outcome, error: CallError | undefined): Promise<void> | undefined {
    const { seat } = this;
    this.#ended = true;
    this.#listener = undefined;
    seat.inFlight--;
    this.#tell(outcome, error);
    seat.room.release();
    this.#parts.bell.ring();
    return this.#hosted === undefined ? undefined : this.#settle(this.#hosted);
  }

  #tell(outcome: Outcome, error: CallError | undefined, toGuard = outcome): void {
    if (this.#told) return;
    this.#told = true;
    const now = this.#parts.clock.monotonic();
    this.#desk?.ended(this.seat, outcome, now - this.#startedAt);
    this.seat.guard.ended(this.#ticket, toGuard, error?.errorName);
    this.#owner.work.attempted?.(this.#startedAt, now);
    const observed = this.#observed;
    if (observed === undefined) return;
    observed.endedAt = now;
    observed.outcome = outcome;
    observed.error = error;
    attemptEnd.publish(observed);
  }

  /** Whoever asks with no patience at all would otherwise keep a worker out that is well again, trial after trial. */
  #tellOfTime(reason: CallError): void {
    const outcome = this.#atTimeUp();
    const hasty = outcome === 'soft' && this.#elapsedMs() < HASTE_MS;
    this.#tell(outcome, reason, hasty ? 'neutral' : outcome);
  }

  /**
   * The worker is to blame when it had the time the tool says it takes. Half of it is enough, since some went by in line;
   * less was the caller's impatience.
   */
  #atTimeUp(): 'hard' | 'soft' {
    const { timeoutMs, toolTimeoutMs } = this.#owner.work;
    return timeoutMs >= toolTimeoutMs && this.#elapsedMs() >= toolTimeoutMs / 2 ? 'hard' : 'soft';
  }

  #elapsedMs(): number {
    return this.#parts.clock.monotonic() - this.#startedAt;
  }

  #settle(hosted: Hosted): Promise<void> | undefined {
    try {
      return hosted.settle()?.catch(this.#parts.fault);
    } catch (error) {
      this.#parts.fault(error);
      return undefined;
    }
  }
}
