import type { AttributeValue, SpanAttributes, SpanKind, SpanRecord } from '../span.ts';

/** Who sends: `service.name` and its kin. */
export interface OtlpSource {
  readonly resource: Readonly<Record<string, string>>;
  /** What made the spans, and its version. */
  readonly scope: { readonly name: string; readonly version: string };
}

/** opentelemetry-proto, trace.proto: Span.SpanKind. */
const KINDS: Readonly<Record<SpanKind, number>> = { internal: 1, server: 2, client: 3, consumer: 5 };
/** Status.StatusCode. */
const STATUS_ERROR = 2;
/** The lower 8 bits are the W3C flags. */
const SAMPLED = 1;

/**
 * The body of an export in OTLP's own JSON: ids in hexadecimal, 64-bit integers as strings, enumerations as numbers
 * (opentelemetry.io/docs/specs/otlp, «JSON Protobuf Encoding»).
 */
export function otlpJson(spans: readonly SpanRecord[], { resource, scope }: OtlpSource): string {
  return JSON.stringify({
    resourceSpans: [
      { resource: { attributes: keyValues(resource) }, scopeSpans: [{ scope, spans: spans.map(spanJson) }] },
    ],
  });
}

function spanJson(span: SpanRecord): object {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId !== undefined && { parentSpanId: span.parentSpanId }),
    ...(span.tracestate !== undefined && { traceState: span.tracestate }),
    flags: SAMPLED,
    name: span.name,
    kind: KINDS[span.kind],
    startTimeUnixNano: nanoseconds(span.startMs),
    endTimeUnixNano: nanoseconds(span.endMs),
    attributes: keyValues(span.attributes),
    status: span.status === 'error' ? { code: STATUS_ERROR } : {},
  };
}

/** As text, because no number of JavaScript holds so many digits. */
export function nanoseconds(ms: number): string {
  let whole = Math.floor(ms);
  let rest = Math.round((ms - whole) * 1e6);
  if (rest === 1e6) {
    whole += 1;
    rest = 0;
  }
  return `${whole}${String(rest).padStart(6, '0')}`;
}

function keyValues(attributes: Readonly<SpanAttributes>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
