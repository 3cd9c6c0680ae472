import {
  type AssetPort,
  isJsonObject,
  type Json,
  type JsonObject,
  notificationText,
  type Principal,
  type ProgressReport,
  parseTraceparent,
  type ToolContext,
  type ToolLog,
  type TraceContext,
} from '@callsheet/protocol';
import { type Clock, checkProgress } from '@callsheet/sdk-core/platform';
import { type AssetHost, WorkAssets } from './assets.ts';
import { withFields } from './log.ts';
import { forgetfulMemo, jobMemo } from './memo.ts';
import { ProgressPace } from './progress-pace.ts';
import { Scratch } from './scratch.ts';
import type { Work } from './work.ts';

/** What a tool works with, and what ends with it. */
export interface Hosting {
  readonly context: ToolContext;
  /** Frees everything that was made for the call. Never rejects. */
  settle(): Promise<void>;
}

export interface ContextParts {
  readonly clock: Clock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: ToolLog;
  /** Where temporary files of this machine lie. */
  readonly scratchRoot: string;
  readonly assets: AssetHost;
}

/** What one call may touch of the world outside. Most touch little of it, so what costs is made at the first question. */
export class WorkContext implements ToolContext, Hosting {
  readonly deadline: number;
  readonly dryRun: boolean;
  readonly principal: Principal;
  readonly project: string;
  readonly signal: AbortSignal;
  readonly #parts: ContextParts;
  readonly #work: Work;
  #log: ToolLog | undefined;
  #pace: ProgressPace | undefined;
  #memo: ToolContext['memo'] | undefined;
  #assets: WorkAssets | undefined;
  #scratch: Scratch | undefined;
  #settled = false;

  constructor(work: Work, parts: ContextParts) {
    const { deadlineMs, dryRun, principal, project } = work.order.meta;
    this.deadline = parts.now() + deadlineMs;
    this.dryRun = dryRun ?? false;
    this.principal = principal;
    this.project = project;
    this.signal = work.signal;
    this.#parts = parts;
    this.#work = work;
  }

  get context(): ToolContext {
    return this;
  }

  get trace(): TraceContext {
    return this.#work.span.trace;
  }

  get log(): ToolLog {
    this.#log ??= withFields(this.#parts.log, this.#fields());
    return this.#log;
  }

  // Functions are bound, so that a tool may take its context apart: `const { memo, progress } = ctx`.

  readonly progress = (report: ProgressReport): void => {
    // Too late is too late: a timer that a tool forgot must not end the worker.
    if (this.#settled) return;
    checkProgress(report);
    this.#pace ??= new ProgressPace(this.#parts.clock, (thinned) => this.#tell(thinned));
    this.#pace.report(report);
  };

  get memo(): ToolContext['memo'] {
    if (this.#work.order.meta.job === undefined) return forgetfulMemo;
    this.#memo ??= jobMemo((method, params) => this.#work.ask(method, params, true));
    return this.#memo;
  }

  get assets(): AssetPort {
    this.#assets ??= new WorkAssets(this.#work, this.#parts.assets, this.scratch);
    if (this.#settled) this.#assets.end();
    return this.#assets;
  }

  readonly scratch = (): Promise<string> => {
    this.#scratch ??= new Scratch(this.#parts.scratchRoot, this.#parts.log);
    return this.#scratch.make();
  };

  readonly call: ToolContext['call'] = async (tool, args): Promise<Json> => {
    const answer = await this.#work.ask('work/call', { name: tool, arguments: args }, false);
    return isJsonObject(answer) ? (answer.structuredContent ?? null) : null;
  };

  async settle(): Promise<void> {
    this.#settled = true;
    this.#pace?.end();
    this.#assets?.end();
    // Asked for after the end, nothing is made that nobody would remove.
    this.#scratch ??= new Scratch(this.#parts.scratchRoot, this.#parts.log);
    await this.#scratch.remove();
  }

  /** What tells the lines of this call from those of all others, here and in the log of the gateway. */
  #fields(): JsonObject {
    const { id, tool, meta } = this.#work.order;
    const { traceparent } = this.trace;
    const traceId = traceparent === undefined ? undefined : parseTraceparent(traceparent)?.traceId;
    return {
      tool,
      call: id,
      attempt: meta.job?.attempt ?? meta.attempt,
      ...(meta.job && { jobId: meta.job.id }),
      ...(traceId !== undefined && { traceId }),
    };
  }

  /** While the connection is lost nobody can be told; the next report says it all. */
  #tell({ stage, fraction, stageFraction, message }: ProgressReport): void {
    this.#work.carrier?.send(
      notificationText('notifications/progress', {
        progressToken: this.#work.order.id,
        progress: fraction,
        total: 1,
        stage,
        ...(stageFraction !== undefined && { stageProgress: stageFraction }),
        ...(message !== undefined && { message }),
      }),
    );
  }
}
