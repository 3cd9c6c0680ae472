import { channel } from 'node:diagnostics_channel';
import {
  BoundedNames,
  type CallError,
  CHANNELS,
  type FailureMessage,
  isJsonObject,
  type Json,
  type ObservationChannel,
  type ProviderObservation,
  parseTraceparent,
  type SpanIdentity,
  type SuccessMessage,
  traceparentText,
  type WorkExchange,
  type WorkObservation,
  type WorkObserved,
} from '@callsheet/protocol';
import { readObserved } from './read-observed.ts';
import type { WorkerCall } from './worker-call.ts';

const workTold: ObservationChannel<WorkObservation> = channel(CHANNELS.work);
const exchangeStart: ObservationChannel<ProviderObservation> = channel(CHANNELS.providerStart);
const exchangeEnd: ObservationChannel<ProviderObservation> = channel(CHANNELS.providerEnd);

const MOST_NAMES = 64;

/** An answer of a worker, and what is known of the call it is for. */
export interface AnsweredWork {
  readonly held: Pick<WorkerCall, 'call' | 'sentAt'>;
  readonly message: SuccessMessage | FailureMessage;
  /** What the answer means for the caller; undefined for a good one. */
  readonly error: CallError | undefined;
  /** What people call the worker. */
  readonly worker: string;
}

/**
 * Tells again in this process what workers elsewhere told of their calls. Whatever a worker says, it is about the attempt it
 * answers: spans get the trace and the parent of that attempt, and lie within the time it had.
 */
export class WorkReports {
  readonly #now: () => number;
  readonly #redact: (text: string) => string;
  readonly #names = new BoundedNames(MOST_NAMES);

  /**
   * @param now milliseconds since the epoch
   * @param redact takes secrets out of a text
   */
  constructor(now: () => number, redact = (text: string): string => text) {
    this.#now = now;
    this.#redact = redact;
  }

  tell({ held, message, error, worker }: AnsweredWork): void {
    if (!workTold.hasSubscribers && !exchangeEnd.hasSubscribers) return;
    const observed = readObserved(observedIn(message));
    if (observed === undefined) return;
    const { call, sentAt } = held;
    const { traceparent } = call.context.trace;
    const attempt = traceparent === undefined ? undefined : parseTraceparent(traceparent);
    const spans = new SpansOfWork(attempt?.sampled === true ? attempt : undefined);
    const time = workTime(observed, sentAt, this.#now());
    const own = observed.span && spans.take(observed.span.spanId);
    if (own !== undefined && traceparent !== undefined && workTold.hasSubscribers) {
      workTold.publish({ tool: call.tool, worker, parent: traceparent, traceparent: own, ...time, error });
    }
    for (const exchange of observed.providers ?? []) {
      const named = this.#named(exchange);
      tellExchange(
        new ToldExchange(named, { time, parent: own ?? traceparent, traceparent: spans.take(named.spanId) }),
      );
    }
  }

  #named(exchange: WorkExchange): WorkExchange {
    const { provider, operation, model, quota } = exchange;
    return {
      ...exchange,
      provider: this.#name(provider),
      operation: this.#name(operation),
      ...(model !== undefined && { model: this.#redact(model) }),
      ...(quota !== undefined && {
        quota: Object.fromEntries(Object.entries(quota).map(([name, left]) => [this.#name(name), left])),
      }),
    };
  }

  /** A name with a secret in it is none. */
  #name(name: string): string {
    return this.#redact(name) === name ? this.#names.of(name) : 'other';
  }
}

/** When the worker had the call, by the clock here. */
interface WorkTime {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
}

/** The way there and back is taken to be equally long, since nobody knows. */
function workTime({ span }: WorkObserved, sentAt: number | undefined, now: number): WorkTime {
  const from = sentAt ?? now - (span?.durationMs ?? 0);
  const elapsed = Math.max(0, now - from);
  const durationMs = Math.min(span?.durationMs ?? elapsed, elapsed);
  return { startedAt: from + (elapsed - durationMs) / 2, durationMs };
}

/** Ids a worker gave to spans of one trace: none twice, and not that of the attempt. */
class SpansOfWork {
  readonly #attempt: SpanIdentity | undefined;
  readonly #taken = new Set<string>();

  constructor(attempt: SpanIdentity | undefined) {
    this.#attempt = attempt;
    if (attempt !== undefined) this.#taken.add(attempt.spanId);
  }

  /** The traceparent of a span; undefined when nothing is recorded, or the id is another's. */
  take(spanId: string | undefined): string | undefined {
    if (this.#attempt === undefined || spanId === undefined || this.#taken.has(spanId)) return undefined;
    this.#taken.add(spanId);
    return traceparentText(this.#attempt.traceId, spanId, true);
  }
}

class ToldExchange implements ProviderObservation {
  readonly provider: string;
  readonly operation: string;
  readonly model: string | undefined;
  readonly parent: string | undefined;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: WorkExchange['outcome'];
  readonly retries: number;
  readonly units: ProviderObservation['units'];
  readonly costUsd: number | undefined;
  readonly credits: number | undefined;
  readonly quota: ProviderObservation['quota'];
  traceparent: string | undefined;
  note: unknown = undefined;

  constructor(
    told: WorkExchange,
    { time, parent, traceparent }: { readonly time: WorkTime } & Pick<ProviderObservation, 'parent' | 'traceparent'>,
  ) {
    this.provider = told.provider;
    this.operation = told.operation;
    this.model = told.model;
    this.parent = parent;
    const afterMs = Math.min(told.afterMs, time.durationMs);
    this.startedAt = time.startedAt + afterMs;
    this.durationMs = Math.min(told.durationMs, time.durationMs - afterMs);
    this.outcome = told.outcome;
    this.retries = told.retries ?? 0;
    this.units = told.units;
    this.costUsd = told.costUsd;
    this.credits = told.credits;
    this.quota = told.quota;
    this.traceparent = traceparent;
  }
}

function tellExchange(exchange: ProviderObservation): void {
  exchangeStart.publish(exchange);
  exchangeEnd.publish(exchange);
}

/** `_meta.observed`: in a result, or in the data of an error. */
function observedIn(message: SuccessMessage | FailureMessage): Json | undefined {
  const holder: unknown = message.kind === 'success' ? message.result : message.error.data;
  const meta = isJsonObject(holder) ? holder._meta : undefined;
  return isJsonObject(meta) ? meta.observed : undefined;
}
