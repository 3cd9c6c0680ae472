import type { IdPool } from './ids.ts';
import { OpenSpan, type ParentSpan, type SpanEnd, type SpanPlace, type TwinSpan } from './open-span.ts';
import type { SpanKind, SpanSink } from './span.ts';
import type { TraceBook } from './trace-book.ts';

/** What is known of a span when it begins. */
export interface SpanStart {
  /** Undefined for the first of a trace. */
  readonly parent: ParentSpan | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
}

/** Somebody else's tracer, in which the same spans are made. */
export interface SpanBridge {
  /**
   * Makes the twin of a span. `place` is where the span is already, when it was made elsewhere. Answers undefined when that
   * tracer wants none; with ids of its own where the span is to go by them. Must not throw.
   */
  start(start: SpanStart, place: SpanPlace | undefined): BridgedSpan | undefined;
}

export interface BridgedSpan extends TwinSpan {
  readonly traceId: string;
  readonly spanId: string;
}

export interface SpanMakerParts {
  readonly ids: IdPool;
  readonly book: TraceBook;
  readonly sinks: readonly SpanSink[];
  readonly bridge: SpanBridge | undefined;
}

/** Begins and ends spans: gives them ids, gathers them by trace, hands them on. */
export class SpanMaker {
  readonly #parts: SpanMakerParts;
  /** Spans that were made. */
  recorded = 0;
  /** Spans of which nobody told the end in time. */
  lost = 0;

  constructor(parts: SpanMakerParts) {
    this.#parts = parts;
  }

  /** Begins one that gets its id here. */
  open(start: SpanStart, tracestate?: string): OpenSpan {
    const { parent } = start;
    const twin = this.#parts.bridge?.start(start, undefined);
    const place: SpanPlace = {
      traceId: twin?.traceId ?? parent?.traceId ?? this.#parts.ids.traceId(),
      spanId: twin?.spanId ?? this.#parts.ids.spanId(),
      parentSpanId: parent?.spanId,
    };
    return this.#begin(place, tracestate, twin);
  }

  /** Begins one that got its id elsewhere. */
  adopt(place: SpanPlace, start: SpanStart): OpenSpan {
    return this.#begin(place, undefined, this.#parts.bridge?.start(start, place));
  }

  /** @param worth something was slow or failed: its trace is to be kept */
  close(span: OpenSpan, end: SpanEnd, worth: boolean): void {
    const { book, sinks } = this.#parts;
    const record = span.ended(end);
    this.recorded += 1;
    span.twin?.end(record);
    book.ended(record, worth);
    for (const sink of sinks) sink.add(record);
  }

  /** Makes one that is over already. */
  tell(parent: ParentSpan | undefined, end: SpanEnd, worth: boolean, tracestate?: string): OpenSpan {
    const span = this.open({ parent, ...end }, tracestate);
    this.close(span, end, worth);
    return span;
  }

  /** Nobody will tell how it ended. */
  lose(span: OpenSpan): void {
    this.lost += 1;
    this.#parts.book.lost(span.traceId);
  }

  #begin(place: SpanPlace, tracestate: string | undefined, twin: TwinSpan | undefined): OpenSpan {
    this.#parts.book.began(place.traceId);
    return new OpenSpan(place, tracestate, twin);
  }
}
