import { type ProviderObservation, parseTraceparent, type SpanIdentity } from '@callsheet/protocol';
import { describeExchange } from './describe/exchange.ts';
import type { OpenSpan } from './open-span.ts';
import { OpenSpans } from './open-spans.ts';
import type { SpanMaker } from './span-maker.ts';

export interface ExchangeTracerParts {
  readonly maker: SpanMaker;
  readonly mostOpen: number;
}

/** Spans of exchanges with providers, in this process or told by a worker: only within a trace that is recorded already. */
export class ExchangeTracer {
  readonly #maker: SpanMaker;
  readonly #open: OpenSpans<ProviderObservation, OpenSpan>;

  constructor({ maker, mostOpen }: ExchangeTracerParts) {
    this.#maker = maker;
    this.#open = new OpenSpans(mostOpen, (span) => maker.lose(span));
  }

  started(exchange: ProviderObservation): void {
    const parent = exchange.parent === undefined ? undefined : parseTraceparent(exchange.parent);
    if (parent?.sampled !== true) return;
    const span = this.#begin(exchange, parent);
    exchange.traceparent ??= span.traceparent;
    this.#open.put(exchange, span);
  }

  ended(exchange: ProviderObservation): void {
    if (exchange.traceparent === undefined) return;
    const span = this.#open.take(exchange);
    if (span !== undefined) this.#maker.close(span, describeExchange(exchange), false);
  }

  #begin({ traceparent, operation, startedAt }: ProviderObservation, parent: SpanIdentity): OpenSpan {
    const start = { parent, name: operation, kind: 'client', startMs: startedAt } as const;
    const own = traceparent === undefined ? undefined : parseTraceparent(traceparent);
    if (own === undefined) return this.#maker.open(start);
    return this.#maker.adopt({ traceId: parent.traceId, spanId: own.spanId, parentSpanId: parent.spanId }, start);
  }
}
