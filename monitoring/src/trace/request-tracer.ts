import type { RequestObservation } from '@callsheet/protocol';
import { incomingTrace } from './context.ts';
import type { SamplingDecision } from './decision.ts';
import { describeRequest, methodOf } from './describe/request.ts';
import type { KeepPace } from './keep-pace.ts';
import type { OpenSpan } from './open-span.ts';
import { OpenSpans } from './open-spans.ts';
import type { SpanMaker } from './span-maker.ts';
import type { WallClock } from './wall-clock.ts';

export interface RequestTracerParts {
  readonly maker: SpanMaker;
  readonly decision: SamplingDecision;
  readonly clock: WallClock;
  readonly pace: KeepPace;
  /** Slower is slow. Milliseconds. */
  readonly slowMs: number;
  readonly mostOpen: number;
}

/** The gateway's spans of requests. */
export class RequestTracer {
  readonly #parts: RequestTracerParts;
  /** Only those that are recorded: what is not leaves nothing behind to look for. */
  readonly #open: OpenSpans<RequestObservation, OpenSpan>;

  constructor(parts: RequestTracerParts) {
    this.#parts = parts;
    this.#open = new OpenSpans(parts.mostOpen, (span) => parts.maker.lose(span));
  }

  started(request: RequestObservation): void {
    const { decision, maker, clock } = this.#parts;
    const parent = incomingTrace(request.params);
    if (!decision.records(parent)) return;
    const start = { parent, name: methodOf(request), kind: 'server', startMs: clock.wall(request.startedAt) } as const;
    const span = maker.open(start, parent?.tracestate);
    request.traceparent = span.traceparent;
    this.#open.put(request, span);
  }

  ended(request: RequestObservation): void {
    const worth = request.error !== undefined || request.endedAt - request.startedAt > this.#parts.slowMs;
    if (request.traceparent === undefined) {
      if (worth) this.#keep(request);
      return;
    }
    const span = this.#open.take(request);
    if (span === undefined) return;
    const { maker, clock, pace } = this.#parts;
    // Of these too only so many: whoever sends requests that fail may send each with a trace of its own.
    maker.close(span, describeRequest(request, clock), worth && pace.take());
  }

  /** Nobody had decided to record it, and now it is worth it. */
  #keep(request: RequestObservation): void {
    const { maker, clock, pace } = this.#parts;
    if (!pace.take()) return;
    const span = maker.tell(incomingTrace(request.params), describeRequest(request, clock), true);
    // Whoever looks at the request after this finds its trace: an exemplar, a line of the log.
    request.traceparent = span.traceparent;
  }
}
