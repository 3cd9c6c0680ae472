import type { SpanRecord } from './span.ts';

/** The spans of one trace that passed through this gateway, as they end. */
export class TraceSpans {
  readonly traceId: string;
  readonly #most: number;
  readonly #spans: SpanRecord[] = [];
  /** Spans that were left out because there were too many. */
  dropped = 0;
  /** Spans that have begun and not ended. */
  open = 0;

  constructor(traceId: string, most: number) {
    this.traceId = traceId;
    this.#most = most;
  }

  get spans(): readonly SpanRecord[] {
    return this.#spans;
  }

  add(span: SpanRecord): void {
    if (this.#spans.length < this.#most) this.#spans.push(span);
    else this.dropped += 1;
  }
}
