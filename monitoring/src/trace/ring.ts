import { ATTRIBUTE } from './conventions.ts';
import type { SpanAttributes, SpanKind, SpanRecord } from './span.ts';
import type { TraceSpans } from './trace-spans.ts';

/** Which of the kept traces are wanted. */
export interface TraceQuery {
  /** The newest so many; 50 when not said. Fewer where they have more than 4,000 spans together: they go into one message. */
  readonly limit?: number | undefined;
  /** True: only those with something that failed. */
  readonly errors?: boolean | undefined;
  /** Only those of this tool. */
  readonly tool?: string | undefined;
  readonly traceId?: string | undefined;
}

/** A span as it is shown. */
export interface SpanView {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: SpanKind;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: SpanRecord['status'];
  readonly attributes: SpanAttributes;
}

/** A trace as it is shown: plain JSON. */
export interface TraceView {
  readonly traceId: string;
  /** Of the span that began first. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly tool?: string;
  readonly requestId?: string;
  /** `error.type` of the span that began first and failed. */
  readonly error?: string;
  /** By the order in which they began. */
  readonly spans: readonly SpanView[];
  /** Spans beyond the bound of one trace, which were not kept. */
  readonly droppedSpans: number;
}

const USUAL_LIMIT = 50;
/** About two megabytes of JSON. */
const MOST_SHOWN = 4_000;

/** The last traces in which something was slow or failed. Those under way are in it as soon as that is known, and go on growing. */
export class TraceRing {
  readonly #most: number;
  /** The oldest first. */
  readonly #kept = new Map<string, TraceSpans>();

  constructor(most: number) {
    this.#most = most;
  }

  find(traceId: string): TraceSpans | undefined {
    return this.#kept.get(traceId);
  }

  keep(trace: TraceSpans): void {
    this.#kept.delete(trace.traceId);
    this.#kept.set(trace.traceId, trace);
    if (this.#kept.size <= this.#most) return;
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      return;
    }
  }

  /** The newest first. */
  list({ limit = USUAL_LIMIT, errors = false, tool, traceId }: TraceQuery = {}): TraceView[] {
    const views: TraceView[] = [];
    let shown = 0;
    for (const trace of [...this.#kept.values()].reverse()) {
      if (views.length >= limit) break;
      if (traceId !== undefined && trace.traceId !== traceId) continue;
      if (errors && !trace.spans.some(({ status }) => status === 'error')) continue;
      if (tool !== undefined && !trace.spans.some(({ attributes }) => attributes[ATTRIBUTE.tool] === tool)) continue;
      shown += trace.spans.length;
      if (shown > MOST_SHOWN && views.length > 0) break;
      views.push(viewOf(trace));
    }
    return views;
  }
}

function viewOf({ traceId, spans, dropped }: TraceSpans): TraceView {
  const inOrder = spans.toSorted((one, other) => one.startMs - other.startMs);
  const [first] = inOrder;
  const startMs = first?.startMs ?? 0;
  const tool = textOf(inOrder, ATTRIBUTE.tool);
  const requestId = textOf(inOrder, ATTRIBUTE.requestId);
  const error = textOf(inOrder, ATTRIBUTE.errorType);
  return {
    traceId,
    name: first?.name ?? '',
    startMs,
    durationMs: Math.max(0, ...inOrder.map(({ endMs }) => endMs)) - startMs,
    ...(tool !== undefined && { tool }),
    ...(requestId !== undefined && { requestId }),
    ...(error !== undefined && { error }),
    spans: inOrder.map(spanView),
    droppedSpans: dropped,
  };
}

/** The attribute of the first span that has it. */
function textOf(spans: readonly SpanRecord[], name: string): string | undefined {
  const value = spans.find(({ attributes }) => name in attributes)?.attributes[name];
  return value === undefined ? undefined : String(value);
}

function spanView({ spanId, parentSpanId, name, kind, startMs, endMs, status, attributes }: SpanRecord): SpanView {
  return {
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name,
    kind,
    startMs,
    durationMs: endMs - startMs,
    status,
    attributes,
  };
}
