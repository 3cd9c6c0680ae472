import { CallError, isJsonObject, type Json, type JsonObject, type RegisterResult } from '@callsheet/protocol';
import type { Session } from '@callsheet/sdk-core';
import { type Clock, reconnectDelay, type Timer } from '@callsheet/sdk-core/platform';
import type { Asks } from './asks.ts';
import type { Carrier } from './carrier.ts';
import type { Desk } from './desk.ts';
import { Heartbeat } from './heartbeat.ts';
import { type Registrations, readRegistered } from './registration.ts';

export interface EnrolmentParts {
  readonly session: Session;
  readonly asks: Asks;
  readonly send: (text: string) => void;
  /** Where the gateway serves HTTP, as far as it is known. */
  readonly origin: string | undefined;
  readonly desk: Desk;
  readonly registrations: Registrations;
  readonly clock: Clock;
  readonly random: () => number;
  /** Calls this worker works on. */
  readonly inFlight: () => number;
  readonly draining: () => boolean;
  registered(result: RegisterResult, carrier: Carrier): void;
  /** It does not take the worker, and would not now; it is asked again after `retryInMs`. */
  refused(error: CallError, retryInMs: number): void;
  /** The conversation makes no sense any more: begin a new one. */
  leave(reason: string): void;
  /** The answer to the drain is there: no more calls come. */
  drained(): void;
}

/** How long an answer about the worker itself may take. */
const ANSWER_MS = 10_000;
const CONFIRM_MS = 2_000;
/** A gateway that said no is asked again after a half to one and a half of this. */
const REFUSED_PAUSE_MS = 30_000;
/** Longest wait a platform timer can hold: it takes a longer one for a millisecond. */
const MAX_TIMER_MS = 2_147_483_647;
/** Epochs tried in a row when the gateway knows newer ones. */
const MOST_EPOCHS = 3;
/** Refusals that may pass by themselves although the table does not promise it. */
const PASSING: readonly string[] = ['INTERNAL', 'DEADLINE_EXCEEDED'];

/** Milliseconds until somebody who said no is asked again. */
export function refusedPause(random: () => number): number {
  return Math.round(REFUSED_PAUSE_MS * (0.5 + random()));
}

/** What one session with a gateway is about: registration, heartbeats, drain. Ends with the session. */
export class Enrolment {
  readonly #parts: EnrolmentParts;
  #carrier: Carrier | undefined;
  #terms: RegisterResult | undefined;
  #heartbeat: Heartbeat | undefined;
  #again: Timer | undefined;
  #attempts = 0;
  #closed: CallError | undefined;
  #asksDrain = false;
  #over = false;

  constructor(parts: EnrolmentParts) {
    this.#parts = parts;
  }

  /** The registered connection; undefined while it is not. */
  get carrier(): Carrier | undefined {
    return this.#carrier;
  }

  get terms(): RegisterResult | undefined {
    return this.#terms;
  }

  /** Why no call is taken any more; undefined while some are. */
  get closed(): CallError | undefined {
    return this.#closed;
  }

  begin(): void {
    const { registrations, desk, asks } = this.#parts;
    this.#attempts++;
    const params = { ...registrations.next(desk.holds()) } as unknown as JsonObject;
    asks.about('services/register', params, ANSWER_MS, (outcome) => {
      if (this.#over) return;
      if (outcome.kind === 'answered') this.#read(outcome.value);
      else if (outcome.kind === 'refused') this.#refused(outcome.error);
    });
  }

  /** Asks for no more calls; those that still arrive before the answer are served. */
  drain(): void {
    if (this.#carrier === undefined || this.#asksDrain) return;
    this.#asksDrain = true;
    this.#parts.asks.about('services/drain', {}, ANSWER_MS, () => {
      if (this.#over) return;
      this.#closed = new CallError('DRAINING', 'This worker is going down', { maybeExecuted: false });
      this.#parts.drained();
    });
  }

  /** Resolves when everything that was sent has arrived, or when nobody can know. */
  confirm(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#carrier === undefined || this.#over) resolve();
      else this.#parts.asks.about('services/heartbeat', this.#status(), CONFIRM_MS, () => resolve());
    });
  }

  /** The session is gone. */
  end(): void {
    this.#over = true;
    this.#again?.cancel();
    this.#heartbeat?.stop();
  }

  #read(answer: Json): void {
    try {
      this.#welcome(readRegistered(answer));
    } catch (error) {
      this.#refused(CallError.from(error));
    }
  }

  #welcome(result: RegisterResult): void {
    const { session, asks, send, origin, clock, random, draining } = this.#parts;
    this.#terms = result;
    this.#carrier = {
      limits: session,
      send,
      ask: (method, params, signal) => asks.ask(method, params, signal),
      origin,
      workKey: result.workKey,
    };
    this.#parts.registered(result, this.#carrier);
    // Those who listen may have closed everything.
    if (this.#over) return;
    this.#heartbeat = new Heartbeat(clock, random, result.heartbeatMs, () => this.#beat());
    // The first heartbeat is what makes a worker ready; one that goes down must not be.
    this.#heartbeat.start({ now: !draining() });
    if (draining()) this.drain();
  }

  #beat(): void {
    const { asks, desk } = this.#parts;
    const arrived = this.#carrier && desk.mark(this.#carrier);
    asks.about('services/heartbeat', this.#status(), ANSWER_MS, (outcome) => {
      if (this.#over) return;
      if (outcome.kind === 'answered') arrived?.();
      else if (outcome.kind === 'refused' && isFinal(outcome.error)) {
        this.#parts.leave(`the gateway refused a heartbeat: ${outcome.error.message}`);
      }
    });
  }

  #refused(error: CallError): void {
    const { random, clock, registrations, leave, refused } = this.#parts;
    const { details } = error.facts;
    if (error.errorName === 'CONFLICT' && isJsonObject(details) && typeof details.epoch === 'number') {
      registrations.raise(details.epoch);
      if (this.#attempts < MOST_EPOCHS) {
        this.begin();
        return;
      }
    }
    if (error.errorName === 'DEADLINE_EXCEEDED') {
      leave(error.message);
      return;
    }
    const final = isFinal(error);
    const waitMs = final ? refusedPause(random) : reconnectDelay(this.#attempts, {}, random, true);
    const retryInMs = Math.min(Math.max(waitMs, error.facts.retryAfterMs ?? 0), MAX_TIMER_MS);
    this.#again = clock.after(retryInMs, () => {
      if (final) this.#attempts = 0;
      this.begin();
    });
    if (final) refused(error, retryInMs);
  }

  #status(): JsonObject {
    return { inFlight: this.#parts.inFlight() };
  }
}

function isFinal(error: CallError): boolean {
  return !error.retryable && !PASSING.includes(error.errorName);
}
