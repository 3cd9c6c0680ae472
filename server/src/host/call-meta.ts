import type { TraceContext } from '@callsheet/protocol';
import type { ToolCall } from '../pipeline/layer.ts';

/** Where a call's files go: as `_meta` says, else as the tool's own argument says, else the one project all have. */
export function projectOf({ meta, args }: Pick<ToolCall, 'meta' | 'args'>): string {
  return meta.project ?? (typeof args.project_name === 'string' ? args.project_name : 'default');
}

/** The idempotency key of a call: in `_meta`, else the argument some tools take. */
export function keyOf({ meta, args }: Pick<ToolCall, 'meta' | 'args'>): string | undefined {
  return meta.idempotencyKey ?? (typeof args.idempotency_key === 'string' ? args.idempotency_key : undefined);
}

/** The W3C trace context of a call: of its span where somebody made one, else as its caller sent it. */
export function traceOf({ meta, observation }: Pick<ToolCall, 'meta' | 'observation'>): TraceContext {
  const { tracestate } = meta;
  const traceparent = observation?.traceparent ?? meta.traceparent;
  return { ...(traceparent !== undefined && { traceparent }), ...(tracestate !== undefined && { tracestate }) };
}
