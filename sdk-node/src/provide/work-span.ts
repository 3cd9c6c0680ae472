import {
  MOST_EXCHANGES,
  type ProviderObservation,
  parseTraceparent,
  type SpanIdentity,
  type TraceContext,
  traceparentText,
  type WorkExchange,
  type WorkMeta,
  type WorkObserved,
} from '@callsheet/protocol';

export interface WorkSpanParts {
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
  /** A random id of so many bytes, in hexadecimal. */
  readonly hexId: (bytes: number) => string;
  /** The trace of the call was asked for: what is done for it will be told under this traceparent. */
  readonly asked: (span: WorkSpan, traceparent: string) => void;
}

const TRACE_BYTES = 16;
const SPAN_BYTES = 8;

/** This worker's part in the trace of one call, and what it observed meanwhile. Without a trace and without providers it costs nothing. */
export class WorkSpan {
  readonly #parts: WorkSpanParts;
  readonly #parent: SpanIdentity | undefined;
  readonly #tracestate: string | undefined;
  readonly #takenAt: number;
  readonly #exchanges: WorkExchange[] = [];
  #spanId: string | undefined;
  #trace: TraceContext | undefined;

  constructor({ traceparent, tracestate }: Pick<WorkMeta, 'traceparent' | 'tracestate'>, parts: WorkSpanParts) {
    this.#parts = parts;
    this.#parent = traceparent === undefined ? undefined : parseTraceparent(traceparent);
    // Of a trace that cannot be read its state is nobody's.
    this.#tracestate = this.#parent && tracestate;
    this.#takenAt = parts.now();
  }

  /**
   * What the tool passes on. A call that is not traced gets a trace of its own that nobody records: by it is known again what was
   * done for the call.
   */
  get trace(): TraceContext {
    if (this.#trace === undefined) {
      const { sampled = false, traceId = this.#parts.hexId(TRACE_BYTES) } = this.#parent ?? {};
      const traceparent = traceparentText(traceId, this.#id, sampled);
      this.#trace = { traceparent, ...(this.#tracestate !== undefined && { tracestate: this.#tracestate }) };
      this.#parts.asked(this, traceparent);
    }
    return this.#trace;
  }

  /** The traceparent it has told a tool; undefined when none has asked. */
  get traceparent(): string | undefined {
    return this.#trace?.traceparent;
  }

  /** An exchange with a provider begins: it gets a span of its own where the trace is recorded. */
  began(exchange: ProviderObservation): void {
    if (this.#parent?.sampled !== true) return;
    exchange.traceparent ??= traceparentText(this.#parent.traceId, this.#parts.hexId(SPAN_BYTES), true);
  }

  ended(exchange: ProviderObservation): void {
    const { traceparent, provider, operation, model, durationMs, outcome = 'error', retries } = exchange;
    if (this.#exchanges.length >= MOST_EXCHANGES) return;
    const { units, costUsd, credits, quota } = exchange;
    const own = this.#parent?.sampled && traceparent !== undefined ? parseTraceparent(traceparent) : undefined;
    this.#exchanges.push({
      provider,
      operation,
      outcome,
      // By the clock of the worker: a provider's client may have another.
      afterMs: Math.max(0, this.#parts.now() - this.#takenAt - durationMs),
      durationMs,
      ...(own !== undefined && { spanId: own.spanId }),
      ...(model !== undefined && { model }),
      ...(retries > 0 && { retries }),
      ...(units !== undefined && { units }),
      ...(costUsd !== undefined && { costUsd }),
      ...(credits !== undefined && { credits }),
      ...(quota !== undefined && { quota }),
    });
  }

  /** What the gateway is told with the answer; undefined when there is nothing. */
  observed(): WorkObserved | undefined {
    const sampled = this.#parent?.sampled === true;
    if (!sampled && this.#exchanges.length === 0) return undefined;
    return {
      ...(sampled && { span: { spanId: this.#id, durationMs: this.#parts.now() - this.#takenAt } }),
      ...(this.#exchanges.length > 0 && { providers: this.#exchanges }),
    };
  }

  get #id(): string {
    this.#spanId ??= this.#parts.hexId(SPAN_BYTES);
    return this.#spanId;
  }
}
