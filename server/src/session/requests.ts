import {
  CallError,
  CLOSE_CODES,
  failureText,
  type Id,
  type MethodName,
  type Params,
  successText,
  type Transport,
} from '@callsheet/protocol';
import { requestEnd, requestStart } from '../channels.ts';
import { Gcra, GcraCell } from '../limits/gcra.ts';
import type { MethodEntry } from '../methods/table.ts';
import type { Cancellation } from './cancellation.ts';
import type { House } from './house.ts';
import { InFlight } from './in-flight.ts';
import { isObserved, ObservedRequest } from './observed-request.ts';
import type { Session } from './session.ts';

/** What is asked: a request, or a notification, whose answer nobody wants (`id` null and `answer` does nothing). */
export interface Question {
  readonly id: Id;
  readonly method: string;
  readonly params: Params | undefined;
  /** When its frame came, by the clock of the house; what nobody said is now. */
  readonly arrivedAt: number | undefined;
  /** Called exactly once with the text of the answer. */
  readonly answer: (text: string) => void;
}

/** Whose requests they are. */
export interface Asker extends Session {
  /** The door they come through. */
  readonly transport: Transport;
  /** Told of every answer, after it was given; the error is absent when the answer is good. */
  settled(question: Question, error: CallError | undefined): void;
}

/**
 * What belongs to work a worker has already taken: neither a window nor a drain may hold it back, or the work could not end.
 * Each call it works on bounds its own.
 */
const OF_WORK: ReadonlySet<string> = new Set<MethodName>([
  'services/heartbeat',
  'services/drain',
  'work/call',
  'work/recall',
  'work/remember',
  'work/link',
]);
/** A worker that has much to say must not fall silent for it. */
const SIGN_OF_LIFE: MethodName = 'services/heartbeat';

/** How often a connection may be refused for asking too fast before it is ended. */
const REFUSALS = new Gcra({ calls: 1_000, windowMs: 60_000, burst: 999 });

/** Runs one connection's requests and sees to it that each is answered exactly once. */
export class Requests {
  readonly #house: House;
  readonly #asker: Asker;
  readonly #inFlight: InFlight;
  #pace: GcraCell | undefined;
  #rate: Gcra | undefined;
  #patience: GcraCell | undefined;

  constructor(house: House, asker: Asker) {
    this.#house = house;
    this.#asker = asker;
    this.#inFlight = new InFlight(house.maxInFlight);
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  cancel(id: Id, reason: string): void {
    this.#inFlight.cancel(id, new CallError('CANCELLED', `Cancelled by the caller: ${reason}`));
  }

  /** `left`: the connection is lost, and nobody has changed their mind. */
  cancelAll(reason: CallError, left = false): void {
    this.#inFlight.cancelAll(reason, left);
  }

  /** Counts something that is not answered, such as a cancellation. False when it came too fast. */
  keepsPace(method: string): boolean {
    try {
      this.#keepPace(method, this.#house.clock.monotonic());
      return true;
    } catch {
      return false;
    }
  }

  /** Answers the request id of something that cannot be read, told like any other request that is refused. */
  refuse(error: CallError): string {
    const requestId = this.#house.nextRequestId();
    if (isObserved()) {
      const nothing = { id: null, method: '', params: undefined, arrivedAt: undefined };
      const now = this.#house.clock.monotonic();
      this.#observed(this.#observe(nothing, requestId, now), error);
    }
    return requestId;
  }

  /** Never throws. */
  run(entry: MethodEntry | undefined, question: Question): void {
    const requestId = this.#house.nextRequestId();
    const now = this.#house.clock.monotonic();
    const observation = isObserved() ? this.#observe(question, requestId, now) : undefined;
    try {
      this.#keepPace(question.method, now);
      if (entry === undefined) throw new CallError('METHOD_NOT_FOUND', `Cannot find the method "${question.method}"`);
      if (entry.guarded) this.#house.demand(this.#asker.principal, question.method);
      const params = entry.read(question.params);
      const cancellation = this.#enter(question);
      this.#start(question, requestId, cancellation, observation, () =>
        entry.run(params, { session: this.#asker, cancellation, requestId, now, observation }),
      );
    } catch (error) {
      this.#fail(question, requestId, observation, error);
    }
  }

  #observe(question: Omit<Question, 'answer'>, requestId: string, now: number): ObservedRequest {
    const { id, identity, transport } = this.#asker;
    const asking = { transport, sessionId: id, principal: identity?.principal };
    const marks = this.#house.marker.next();
    if (marks !== undefined) marks.parsed = now;
    const observation = new ObservedRequest(question, asking, requestId, question.arrivedAt ?? now, marks);
    requestStart.publish(observation);
    return observation;
  }

  #observed(observation: ObservedRequest | undefined, error: CallError | undefined): void {
    if (observation === undefined) return;
    observation.endedAt = this.#house.clock.monotonic();
    observation.error = error;
    requestEnd.publish(observation);
  }

  /** @throws CallError RATE_LIMITED */
  #keepPace(method: string, now: number): void {
    const { connectionRate } = this.#house;
    if (connectionRate === undefined) return;
    const rate = this.#asker.counterpart?.rate ?? connectionRate;
    if (this.#pace === undefined || this.#rate !== rate) {
      this.#pace = new GcraCell(rate);
      this.#rate = rate;
    }
    const retryAfterMs = this.#pace.take(now);
    if (retryAfterMs === 0) return;
    this.#patience ??= new GcraCell(REFUSALS);
    if (this.#patience.take(now) > 0) this.#asker.close(CLOSE_CODES.ABUSE.code, 'far too many requests');
    if (method === SIGN_OF_LIFE && this.#asker.counterpart !== undefined) return;
    const { calls, windowMs } = rate.rate;
    const sentence = `Cannot take more than ${calls} requests in ${windowMs / 1000} s on one connection; wait ${retryAfterMs} ms`;
    throw new CallError('RATE_LIMITED', sentence, { retryAfterMs, details: { limit: 'connection' } });
  }

  #start(
    question: Question,
    requestId: string,
    cancellation: Cancellation,
    observation: ObservedRequest | undefined,
    work: () => unknown,
  ): void {
    // Kept now: the session may have gone, and its principal with it, when the answer comes.
    const caller = this.#asker.identity?.principal.id;
    const leave = (): void => {
      this.#inFlight.leave(question.id, cancellation);
      if (caller !== undefined) this.#house.windows.remove(caller);
    };
    const fail = (error: unknown): void => {
      leave();
      this.#fail(question, requestId, observation, error);
    };
    const succeed = (result: unknown): void => {
      leave();
      this.#succeed(question, requestId, observation, result);
    };
    if (caller !== undefined) this.#house.windows.add(caller);
    try {
      const outcome = work();
      if (outcome instanceof Promise) outcome.then(succeed, fail);
      else succeed(outcome);
    } catch (error) {
      fail(error);
    }
  }

  #enter({ id, method }: Question): Cancellation {
    const { windows } = this.#house;
    if (this.#house.draining() && !OF_WORK.has(method)) {
      throw new CallError('DRAINING', 'Cannot take new calls: the gateway is restarting', { retryAfterMs: 1000 });
    }
    const caller = this.#asker.identity?.principal;
    const full = caller !== undefined && windows.count(caller.id) >= this.#house.maxInFlightOf(caller);
    if (full && !OF_WORK.has(method)) {
      const sentence = `Cannot take more than ${windows.count(caller.id)} calls at once from one caller; wait for an answer`;
      throw new CallError('TOO_MANY_IN_FLIGHT', sentence, { retryAfterMs: 50 });
    }
    const bounded = this.#asker.counterpart === undefined || !OF_WORK.has(method);
    return this.#inFlight.enter(id, bounded);
  }

  #succeed(question: Question, requestId: string, observation: ObservedRequest | undefined, result: unknown): void {
    let text: string;
    try {
      text = successText(question.id, result);
    } catch (error) {
      this.#fail(question, requestId, observation, error);
      return;
    }
    question.answer(text);
    this.#observed(observation, undefined);
    this.#asker.settled(question, undefined);
  }

  #fail(question: Question, requestId: string, observation: ObservedRequest | undefined, error: unknown): void {
    const known = CallError.from(error);
    if (known.errorName === 'INTERNAL') this.#house.onFault(known, requestId, question.method);
    this.#house.onRefused(this.#asker, question.method, known);
    question.answer(failureText(question.id, this.#house.clean(known.toWire(requestId))));
    this.#observed(observation, known);
    this.#asker.settled(question, known);
  }
}
