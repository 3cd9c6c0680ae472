/** Which side of an exchange a span tells of, in OpenTelemetry's words. */
export type SpanKind = 'internal' | 'server' | 'client' | 'consumer';

export type AttributeValue = string | number | boolean;

/** By names of `conventions.ts`; those without a value are not there. */
export type SpanAttributes = Record<string, AttributeValue>;

/** A span that has ended: light enough to be made for each call. It holds no arguments, no results and no words of errors. */
export interface SpanRecord {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 of them. */
  readonly spanId: string;
  /** Undefined for the first of its trace. */
  readonly parentSpanId: string | undefined;
  /** W3C `tracestate` it came with. */
  readonly tracestate: string | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  /** Milliseconds since the epoch, with fractions. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: SpanAttributes;
  /** `unset` when it ended well, as OpenTelemetry asks of instrumentation. */
  readonly status: 'unset' | 'error';
}

/** Takes spans as they end. Must be quick and must not throw. */
export interface SpanSink {
  add(span: SpanRecord): void;
}
