import { CallError, failureText, type Id, type Params, successText } from '@callsheet/protocol';
import type { MethodEntry } from '../methods/table.ts';
import type { Cancellation } from './cancellation.ts';
import type { House } from './house.ts';
import { InFlight } from './in-flight.ts';
import type { Session } from './session.ts';

/** What is asked: a request, or a notification, whose answer nobody wants (`id` null and `answer` does nothing). */
export interface Question {
  readonly id: Id;
  readonly method: string;
  readonly params: Params | undefined;
  /** Called exactly once with the text of the answer. */
  readonly answer: (text: string) => void;
}

/** Runs one connection's requests and sees to it that each is answered exactly once. */
export class Requests {
  readonly #house: House;
  readonly #session: Session;
  readonly #inFlight: InFlight;
  readonly #caller: () => string | undefined;
  readonly #onSettled: () => void;

  /** @param caller who calls, as far as that is known yet; @param onSettled runs after every answer. */
  constructor(house: House, session: Session, caller: () => string | undefined, onSettled: () => void) {
    this.#house = house;
    this.#session = session;
    this.#inFlight = new InFlight(house.maxInFlight);
    this.#caller = caller;
    this.#onSettled = onSettled;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  cancel(id: Id, reason: string): void {
    this.#inFlight.cancel(id, reason);
  }

  cancelAll(reason: string): void {
    this.#inFlight.cancelAll(reason);
  }

  /** Never throws. */
  run(entry: MethodEntry | undefined, question: Question): void {
    const requestId = this.#house.nextRequestId();
    try {
      if (entry === undefined) throw new CallError('METHOD_NOT_FOUND', `Cannot find the method "${question.method}"`);
      const params = entry.read(question.params);
      const cancellation = this.#enter(question.id);
      this.#start(question, requestId, cancellation, () =>
        entry.run(params, { session: this.#session, cancellation, requestId }),
      );
    } catch (error) {
      question.answer(this.#failure(question, requestId, error));
    }
  }

  #start(question: Question, requestId: string, cancellation: Cancellation, work: () => unknown): void {
    // Kept now: the session may have gone, and its principal with it, when the answer comes.
    const caller = this.#caller();
    const settle = (text: string): void => {
      this.#inFlight.leave(question.id, cancellation);
      if (caller !== undefined) this.#house.windows.leave(caller);
      question.answer(text);
      this.#onSettled();
    };
    const fail = (error: unknown): void => settle(this.#failure(question, requestId, error));
    const succeed = (result: unknown): void => settle(this.#success(question, requestId, result));
    if (caller !== undefined) this.#house.windows.enter(caller);
    try {
      const outcome = work();
      if (outcome instanceof Promise) outcome.then(succeed, fail);
      else succeed(outcome);
    } catch (error) {
      fail(error);
    }
  }

  #enter(id: Id): Cancellation {
    const { windows, maxInFlightPerPrincipal: most } = this.#house;
    if (this.#house.draining()) {
      throw new CallError('DRAINING', 'Cannot take new calls: the gateway is restarting', { retryAfterMs: 1000 });
    }
    const caller = this.#caller();
    if (caller !== undefined && windows.count(caller) >= most) {
      const sentence = `Cannot take more than ${most} calls at once from one caller; wait for an answer`;
      throw new CallError('TOO_MANY_IN_FLIGHT', sentence, { retryAfterMs: 50 });
    }
    return this.#inFlight.enter(id);
  }

  #success(question: Question, requestId: string, result: unknown): string {
    try {
      return successText(question.id, result);
    } catch (error) {
      return this.#failure(question, requestId, error);
    }
  }

  #failure(question: Question, requestId: string, error: unknown): string {
    const known = CallError.from(error);
    if (known.errorName === 'INTERNAL') {
      this.#house.onFault(known, requestId, question.method);
    }
    return failureText(question.id, known.toWire(requestId));
  }
}
