import { type JobObservation, parseTraceparent } from '@callsheet/protocol';
import type { SamplingDecision } from './decision.ts';
import { describeJobRun, describeStage, type JobRun, type JobRunEnd } from './describe/job.ts';
import type { KeepPace } from './keep-pace.ts';
import type { OpenSpan } from './open-span.ts';
import { OpenSpans } from './open-spans.ts';
import type { SpanMaker } from './span-maker.ts';
import type { WallClock } from './wall-clock.ts';

export interface JobTracerParts {
  readonly maker: SpanMaker;
  readonly decision: SamplingDecision;
  readonly clock: WallClock;
  readonly pace: KeepPace;
  readonly mostOpen: number;
}

interface OpenRun {
  readonly span: OpenSpan;
  readonly run: JobRun;
}

/**
 * Spans of jobs: one for each run, in the trace of whoever submitted the job, however long ago. Jobs are meant to take long, so
 * only those that failed are kept without having been sampled.
 */
export class JobTracer {
  readonly #parts: JobTracerParts;
  readonly #open: OpenSpans<string, OpenRun>;

  constructor(parts: JobTracerParts) {
    this.#parts = parts;
    this.#open = new OpenSpans(parts.mostOpen, ({ span }) => parts.maker.lose(span));
  }

  /** The run that is under way, if it is recorded: its attempts belong to it. */
  runOf(jobId: string): OpenSpan | undefined {
    return this.#open.get(jobId)?.span;
  }

  told(job: JobObservation): void {
    switch (job.type) {
      case 'submitted':
        break;
      case 'started':
        this.#started(job);
        break;
      case 'stage':
        this.#stage(job);
        break;
      default:
        this.#ended(job);
    }
  }

  #stage(stage: Extract<JobObservation, { type: 'stage' }>): void {
    const run = this.#open.get(stage.jobId);
    if (run !== undefined) this.#parts.maker.tell(run.span, describeStage(stage, this.#parts.clock.now()), false);
  }

  #started({ jobId, tool, parent: submitter, attempt, waitMs }: Extract<JobObservation, { type: 'started' }>): void {
    const { maker, decision, clock } = this.#parts;
    const left = this.#open.take(jobId);
    if (left !== undefined) maker.lose(left.span);
    const parent = submitter === undefined ? undefined : parseTraceparent(submitter);
    if (!decision.records(parent)) return;
    const startMs = clock.now();
    const span = maker.open({ parent, name: `job ${tool}`, kind: 'consumer', startMs });
    this.#open.put(jobId, { span, run: { jobId, tool, startMs, attempt, waitMs } });
  }

  #ended(job: JobRunEnd): void {
    const { maker, clock, pace } = this.#parts;
    const failed = job.type === 'ended' && job.outcome === 'failed';
    const open = this.#open.take(job.jobId);
    const endMs = clock.now();
    if (open !== undefined) {
      maker.close(open.span, describeJobRun(open.run, job, endMs), failed && pace.take());
      return;
    }
    if (!failed || !pace.take()) return;
    const { jobId, tool, durationMs, parent } = job;
    const run = { jobId, tool, startMs: endMs - durationMs, attempt: undefined, waitMs: undefined };
    const submitter = parent === undefined ? undefined : parseTraceparent(parent);
    maker.tell(submitter, describeJobRun(run, job, endMs), true);
  }
}
