import type { SpanRecord } from '../../../src/trace/span.ts';
import { CALLER, TRACE } from '../tracing.ts';

export function someSpan(changes: Partial<SpanRecord> = {}): SpanRecord {
  return {
    ...{ traceId: TRACE, spanId: CALLER, parentSpanId: undefined, tracestate: undefined, name: 'ping', kind: 'server' },
    ...{ startMs: 1_700_000_000_000, endMs: 1_700_000_000_001, attributes: {}, status: 'unset' },
    ...changes,
  };
}
