import type { SpanIdentity } from '@callsheet/protocol';
import { traceparentText } from '@callsheet/protocol';
import type { SpanAttributes, SpanKind, SpanRecord } from './span.ts';

/** Where a span belongs. */
export interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
}

/** The same span in somebody else's tracer. */
export interface TwinSpan {
  end(record: SpanRecord): void;
}

/** What is known of a span only when it has ended. */
export interface SpanEnd {
  readonly name: string;
  readonly kind: SpanKind;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: SpanAttributes;
  readonly failed: boolean;
}

/** A span that has begun. */
export class OpenSpan implements SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly tracestate: string | undefined;
  readonly twin: TwinSpan | undefined;

  constructor(place: SpanPlace, tracestate: string | undefined, twin: TwinSpan | undefined) {
    this.traceId = place.traceId;
    this.spanId = place.spanId;
    this.parentSpanId = place.parentSpanId;
    this.tracestate = tracestate;
    this.twin = twin;
  }

  get traceparent(): string {
    return traceparentText(this.traceId, this.spanId, true);
  }

  ended({ name, kind, startMs, endMs, attributes, failed }: SpanEnd): SpanRecord {
    const { traceId, spanId, parentSpanId, tracestate } = this;
    return {
      traceId,
      spanId,
      parentSpanId,
      tracestate,
      name,
      kind,
      startMs,
      // Two clocks told of it, perhaps; nobody can read a span that ends before it begins.
      endMs: Math.max(startMs, endMs),
      attributes,
      status: failed ? 'error' : 'unset',
    };
  }
}

/** A span's parent, wherever it is. */
export type ParentSpan = Pick<SpanIdentity, 'traceId' | 'spanId'>;
