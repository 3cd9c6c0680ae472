import type { AttemptFacts, Hosted, JobTicket, Work } from '@callsheet/discovery';
import type { Json, JsonObject, ProgressReport, ToolContext } from '@callsheet/protocol';
import type { Cancellation } from '../session/cancellation.ts';
import type { JobRecord } from './job-record.ts';
import type { JobTool } from './job-tool.ts';

/** What the host needs to know of an attempt to make its `ToolContext`. */
export interface JobRun {
  readonly job: JobRecord;
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
  readonly route = undefined;
  readonly timeoutMs: number;
  readonly toolTimeoutMs: number;
  readonly repeatable: boolean;
  readonly job: JobTicket;
  readonly interest: Cancellation;
  readonly #parts: JobWorkParts;
  #working = false;
  #spoke = false;
  #whenIdle: () => void = () => {};

  constructor(parts: JobWorkParts) {
    const { job, tool } = parts;
    this.tool = job.tool;
    this.args = parts.args;
    this.schemaHash = tool.schemaHash;
    this.timeoutMs = parts.timeoutMs;
    this.toolTimeoutMs = tool.timeoutMs;
    this.repeatable = tool.idempotent ?? false;
    this.job = { id: job.id, attempt: job.attempt };
    this.interest = parts.interest;
    this.#parts = parts;
  }

  /** The job as it was when the attempt began. */
  get record(): JobRecord {
    return this.#parts.job;
  }

  /** Whether the tool has said anything: then it ran, whatever else is told of it. */
  get spoke(): boolean {
    return this.#spoke;
  }

  get idle(): boolean {
    return !this.#working;
  }

  /** Calls back when the tool has really ended, at once when it is not at work. The promise of its answer may end before. */
  whenIdle(listener: () => void): void {
    if (this.#working) this.#whenIdle = listener;
    else listener();
  }

  host({ signal }: AttemptFacts): Hosted {
    const { job, deadline, progress, memo, contextFor } = this.#parts;
    const hosted = contextFor({
      ...{ job, signal, deadline },
      progress: (report) => {
        this.#spoke = true;
        progress(report);
      },
      memo: (key, produce) => {
        this.#spoke = true;
        return memo(key, produce);
      },
    });
    this.#working = true;
    return {
      context: hosted.context,
      settle: () => {
        this.#working = false;
        this.#whenIdle();
        return hosted.settle();
      },
    };
  }

  accept(answer: Json): void {
    this.#parts.tool.accept(answer);
  }
}
