import type { AttemptFacts, Hosted, JobTicket, Route, Work } from '@callsheet/discovery';
import type { Json, JsonObject, ProgressReport, ToolContext } from '@callsheet/protocol';
import type { Cancellation } from '../session/cancellation.ts';
import type { JobRecord } from './job-record.ts';
import type { JobTool } from './job-tool.ts';

/** What the host needs to know of an attempt to make its `ToolContext`. */
export interface JobRun {
  readonly job: JobRecord;
  /** W3C traceparent of the attempt, where somebody made a span of it. */
  readonly traceparent: string | undefined;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly progress: (report: ProgressReport) => void;
  readonly memo: ToolContext['memo'];
}

export interface JobWorkParts {
  /** In progress. */
  readonly job: JobRecord;
  readonly tool: JobTool;
  readonly args: JsonObject;
  /** How long it may take from now, in milliseconds. */
  readonly timeoutMs: number;
  /** Milliseconds since the epoch; for an attempt that goes on it was said when it began. */
  readonly deadline: number;
  readonly interest: Cancellation;
  readonly progress: JobRun['progress'];
  readonly memo: JobRun['memo'];
  readonly contextFor: (run: JobRun) => Hosted;
}

/** One attempt of a job in the words of the dispatcher of calls. */
export class JobWork implements Work {
  readonly tool: string;
  readonly args: JsonObject;
  readonly schemaHash: string;
  readonly route: Route | undefined;
  readonly timeoutMs: number;
  readonly toolTimeoutMs: number;
  readonly repeatable: boolean;
  readonly job: JobTicket;
  readonly traceparent: string | undefined;
  readonly interest: Cancellation;
  readonly #parts: JobWorkParts;
  #stay: Stay | undefined;

  constructor(parts: JobWorkParts) {
    const { job, tool } = parts;
    this.tool = job.tool;
    this.args = parts.args;
    this.schemaHash = tool.schemaHash;
    this.route = job.terms.route;
    this.timeoutMs = parts.timeoutMs;
    this.toolTimeoutMs = tool.timeoutMs;
    this.repeatable = tool.idempotent ?? false;
    this.job = { id: job.id, attempt: job.attempt };
    this.traceparent = job.terms.trace.traceparent;
    this.interest = parts.interest;
    this.#parts = parts;
  }

  /** The job as it was when the attempt began. */
  get record(): JobRecord {
    return this.#parts.job;
  }

  /** Whether no tool is at work; it may be while the promise of its answer has ended. */
  get idle(): boolean {
    return this.#stay?.over !== false;
  }

  /** Calls back when the tool has really ended, at once when it is not at work. */
  whenIdle(listener: () => void): void {
    if (this.#stay?.over === false) this.#stay.whenOver = listener;
    else listener();
  }

  host(facts: AttemptFacts): Hosted {
    this.#stay = new Stay(this.#parts, facts);
    return this.#stay;
  }

  accept(answer: Json): void {
    this.#parts.tool.accept(answer);
  }
}

/** What the tool works with, until it has really ended. */
class Stay implements JobRun, Hosted {
  readonly #parts: JobWorkParts;
  readonly #facts: AttemptFacts;
  readonly #hosted: Hosted;
  over = false;
  whenOver: (() => void) | undefined;

  constructor(parts: JobWorkParts, facts: AttemptFacts) {
    this.#parts = parts;
    this.#facts = facts;
    this.#hosted = parts.contextFor(this);
  }

  get job(): JobRecord {
    return this.#parts.job;
  }

  get traceparent(): string | undefined {
    return this.#facts.traceparent;
  }

  get signal(): AbortSignal {
    return this.#facts.signal;
  }

  get deadline(): number {
    return this.#parts.deadline;
  }

  get progress(): JobRun['progress'] {
    return this.#parts.progress;
  }

  get memo(): JobRun['memo'] {
    return this.#parts.memo;
  }

  get context(): ToolContext {
    return this.#hosted.context;
  }

  settle(): Promise<void> | undefined {
    this.over = true;
    this.whenOver?.();
    return this.#hosted.settle();
  }
}
