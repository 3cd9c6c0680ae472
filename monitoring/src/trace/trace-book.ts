import type { TraceRing } from './ring.ts';
import type { SpanRecord } from './span.ts';
import { TraceSpans } from './trace-spans.ts';

export interface TraceBookOptions {
  readonly ring: TraceRing;
  /** Traces under way that are gathered at once; beyond that the oldest are not gathered any more. */
  readonly mostTraces: number;
  readonly mostSpans: number;
}

/** Gathers the spans of traces under way, so that those of a trace worth keeping are together when that is known. */
export class TraceBook {
  readonly #options: TraceBookOptions;
  readonly #underWay = new Map<string, TraceSpans>();

  constructor(options: TraceBookOptions) {
    this.#options = options;
  }

  began(traceId: string): void {
    const known = this.#underWay.get(traceId);
    if (known === undefined) this.#open(traceId).open = 1;
    else known.open += 1;
  }

  /** `worth`: something was slow or failed, and the trace is to be kept. */
  ended(span: SpanRecord, worth: boolean): void {
    const trace = this.#underWay.get(span.traceId);
    // Not gathered any more, because there were too many; what failed is kept all the same.
    const gathered =
      trace ?? this.#options.ring.find(span.traceId) ?? new TraceSpans(span.traceId, this.#options.mostSpans);
    gathered.add(span);
    if (worth) this.#options.ring.keep(gathered);
    if (trace !== undefined) this.#left(trace);
  }

  /** It will never be told how a span ended. */
  lost(traceId: string): void {
    const trace = this.#underWay.get(traceId);
    if (trace !== undefined) this.#left(trace);
  }

  #left(trace: TraceSpans): void {
    trace.open -= 1;
    if (trace.open <= 0) this.#underWay.delete(trace.traceId);
  }

  #open(traceId: string): TraceSpans {
    const { ring, mostTraces, mostSpans } = this.#options;
    // What comes after the end of a trace belongs to it, if it was kept: a job goes on when its submission is answered.
    const trace = ring.find(traceId) ?? new TraceSpans(traceId, mostSpans);
    this.#underWay.set(traceId, trace);
    if (this.#underWay.size > mostTraces) {
      for (const oldest of this.#underWay.keys()) {
        this.#underWay.delete(oldest);
        break;
      }
    }
    return trace;
  }
}
