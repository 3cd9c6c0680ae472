import { type AttemptObservation, parseTraceparent, type WorkObservation } from '@callsheet/protocol';
import { describeAttempt, describeWork } from './describe/attempt.ts';
import type { JobTracer } from './job-tracer.ts';
import type { OpenSpan, ParentSpan } from './open-span.ts';
import { OpenSpans } from './open-spans.ts';
import type { SpanMaker } from './span-maker.ts';
import type { WallClock } from './wall-clock.ts';

export interface AttemptTracerParts {
  readonly maker: SpanMaker;
  readonly jobs: Pick<JobTracer, 'runOf'>;
  readonly clock: WallClock;
  readonly mostOpen: number;
}

/** Spans of attempts, and of what workers elsewhere tell of them: only within a trace that is recorded already. */
export class AttemptTracer {
  readonly #parts: AttemptTracerParts;
  readonly #open: OpenSpans<AttemptObservation, OpenSpan>;

  constructor(parts: AttemptTracerParts) {
    this.#parts = parts;
    this.#open = new OpenSpans(parts.mostOpen, (span) => parts.maker.lose(span));
  }

  started(attempt: AttemptObservation): void {
    const { maker, clock } = this.#parts;
    const parent = this.#parentOf(attempt);
    if (parent === undefined) return;
    const startMs = clock.wall(attempt.startedAt);
    const span = maker.open({ parent, name: `tools/call ${attempt.tool}`, kind: 'client', startMs });
    attempt.traceparent = span.traceparent;
    this.#open.put(attempt, span);
  }

  ended(attempt: AttemptObservation): void {
    if (attempt.traceparent === undefined) return;
    const span = this.#open.take(attempt);
    if (span !== undefined) this.#parts.maker.close(span, describeAttempt(attempt, this.#parts.clock), false);
  }

  worked(work: WorkObservation): void {
    const parent = parseTraceparent(work.parent);
    const own = parseTraceparent(work.traceparent);
    if (parent?.sampled !== true || own === undefined) return;
    const end = describeWork(work);
    const place = { traceId: parent.traceId, spanId: own.spanId, parentSpanId: parent.spanId };
    const span = this.#parts.maker.adopt(place, { parent, ...end });
    this.#parts.maker.close(span, end, false);
  }

  #parentOf({ jobId, parent }: AttemptObservation): ParentSpan | undefined {
    const run = jobId === undefined ? undefined : this.#parts.jobs.runOf(jobId);
    if (run !== undefined || parent === undefined) return run;
    const asker = parseTraceparent(parent);
    return asker?.sampled === true ? asker : undefined;
  }
}
