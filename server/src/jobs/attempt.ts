import {
  CallError,
  type Json,
  type JsonObject,
  type ProgressReport,
  type Tool,
  type ToolContext,
  type ToolLog,
} from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import { attemptMemo } from './attempt-memo.ts';
import { RemainingTime, type UsualDurations } from './eta.ts';
import type { JobRecord } from './job-record.ts';
import type { Ledger, Outcome } from './ledger.ts';
import { failed, outcomeOf } from './outcome.ts';
import { ProgressThinner } from './progress.ts';

/** What the host needs to know of an attempt to make its `ToolContext`. */
export interface JobRun {
  readonly job: JobRecord;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly progress: (report: ProgressReport) => void;
  readonly memo: ToolContext['memo'];
}

export interface HostedContext {
  readonly context: ToolContext;
  /** Frees what the call held. Called once, when the tool has settled; never rejects. */
  settle(): Promise<void>;
}

export interface AttemptParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: ToolLog;
  readonly contextFor: (run: JobRun) => HostedContext;
  readonly durations: UsualDurations;
  /** Takes secrets out of what is told: progress and errors. */
  readonly clean: <T>(told: T) => T;
  /** Of a result, and of one remembered stage. */
  readonly maxResultBytes: number;
  /** How long an aborted tool may keep its slot. */
  readonly abortGraceMs: number;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * One run of one job, from the slot it was given to the outcome in the ledger. It ends once: by the tool, by its time limit,
 * by cancellation or by a drain; what comes after has no effect.
 */
export class Attempt {
  readonly #waiting: JobRecord;
  readonly #tool: Tool | undefined;
  readonly #parts: AttemptParts;
  readonly #abort = new AbortController();
  #job: JobRecord | undefined;
  #over = false;
  #abandoned = false;
  #estimate: RemainingTime | undefined;
  #thinner: ProgressThinner | undefined;
  #recording: Promise<void> = Promise.resolve();
  #freeSlot: () => void = () => {};
  #cancelTimer: () => void = () => {};
  #wake: () => void = () => {};

  constructor(job: JobRecord, tool: Tool | undefined, parts: AttemptParts) {
    this.#waiting = job;
    this.#tool = tool;
    this.#parts = parts;
  }

  /** Resolves when the outcome is stored, or left to the next start of the gateway. Ask after `run` has resolved. */
  get recorded(): Promise<void> {
    return this.#recording;
  }

  /** Seconds, while it runs and there is something to estimate from. */
  get estimatedRemaining(): number | undefined {
    return this.#over ? undefined : this.#estimate?.at(this.#parts.clock.monotonic());
  }

  /** Runs it. Resolves when the slot may go to another job; rejects when the ledger cannot note the start. */
  async run(): Promise<void> {
    const { ledger, clock, durations } = this.#parts;
    const started = await ledger.start(this.#waiting);
    // Canceled while it waited for the disk: nothing to run. Or the gateway goes down: the next start runs it.
    if (started === undefined || this.#over) return;
    const { job, args } = started;
    const tool = this.#tool;
    this.#job = job;
    if (tool === undefined) {
      this.#end(failed(new CallError('TOOL_NOT_FOUND', `Cannot run the job: there is no tool "${job.tool}" any more`)));
      return;
    }
    const limitMs = Math.min(tool.timeoutMs, job.terms.timeoutMs ?? tool.timeoutMs);
    this.#estimate = new RemainingTime(clock.monotonic(), durations.of(job.tool));
    this.#thinner = new ProgressThinner({ clock, emit: (report) => this.#note(job, report) });
    this.#cancelTimer = clock.after(limitMs, () => {
      const error = new CallError('DEADLINE_EXCEEDED', `The tool "${job.tool}" did not finish within ${limitMs} ms`);
      this.#stop(error, failed(error));
    });
    const working = this.#execute(tool, job, args, clock.now() + limitMs);
    await new Promise<void>((free) => {
      this.#freeSlot = free;
      void working.then((outcome) => {
        this.#cancelTimer();
        this.#end(outcome);
        free();
      });
    });
  }

  /** The ledger says canceled; tell the tool. */
  cancel(reason: CallError): void {
    this.#stop(reason);
  }

  /** Stops without an outcome: the job stays in progress in the ledger, and the next start of the gateway resumes it. */
  abandon(reason: CallError): void {
    this.#abandoned = true;
    this.#wake();
    this.#stop(reason);
  }

  #stop(reason: CallError, outcome?: Outcome): void {
    if (this.#over) return;
    this.#cancelTimer();
    this.#end(outcome);
    this.#abort.abort(reason);
    const job = this.#job;
    if (job === undefined) return;
    const { clock, log, abortGraceMs } = this.#parts;
    this.#cancelTimer = clock.after(abortGraceMs, () => {
      log.warn({ jobId: job.id, tool: job.tool }, 'the tool goes on although it was stopped; its slot is given away');
      this.#freeSlot();
    });
  }

  #end(outcome: Outcome | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#thinner?.close();
    if (outcome === undefined || this.#job === undefined) return;
    const told = outcome.status === 'failed' ? { ...outcome, error: this.#parts.clean(outcome.error) } : outcome;
    this.#recording = this.#record(this.#job, told);
  }

  async #execute(tool: Tool, job: JobRecord, args: Json, deadline: number): Promise<Outcome> {
    const { ledger, contextFor, clean, maxResultBytes: maxBytes } = this.#parts;
    const { signal } = this.#abort;
    try {
      const hosted = contextFor({
        job,
        signal,
        deadline,
        // Before it is cut to length: half a secret is not found any more.
        progress: (report) => this.#thinner?.offer(clean(report)),
        memo: attemptMemo({ store: ledger.memos, job: job.n, attempt: job.attempt, signal, maxBytes }),
      });
      try {
        // Stored by `submit`, which takes objects only.
        return outcomeOf(job.tool, await tool.run(args as JsonObject, hosted.context), maxBytes);
      } finally {
        await hosted.settle();
      }
    } catch (error) {
      const requestId = `${job.id}/${job.attempt}`;
      if (!CallError.is(error) && !signal.aborted) {
        this.#parts.log.error({ requestId, tool: job.tool, fault: describe(error) }, 'the tool threw');
      }
      return failed(CallError.from(error), requestId);
    }
  }

  /** Progress is not waited for: a lost one is made good by the next. */
  #note(job: JobRecord, report: ProgressReport): void {
    const { ledger, clock, log } = this.#parts;
    const now = clock.monotonic();
    this.#estimate?.observe(report.fraction, now);
    const estimatedRemaining = this.#estimate?.at(now);
    const { stage, fraction, stageFraction, message } = report;
    ledger
      .progress(job, fraction, {
        stage,
        ...(stageFraction !== undefined && { stageProgress: stageFraction }),
        ...(message !== undefined && { message }),
        ...(estimatedRemaining !== undefined && { estimatedRemaining }),
      })
      .catch((error: unknown) => {
        log.warn({ jobId: job.id, fault: describe(error) }, 'could not store progress');
      });
  }

  /** The outcome must not get lost to a full disk: tries until it is stored, as long as the gateway lives. */
  async #record(job: JobRecord, outcome: Outcome): Promise<void> {
    const { ledger, clock, log, durations } = this.#parts;
    for (let pauseMs = FIRST_PAUSE_MS; !this.#abandoned; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        const current = await ledger.finish(job, outcome);
        if (!current)
          log.info({ jobId: job.id, attempt: job.attempt }, 'refused the outcome of an attempt that was over');
        else if (outcome.status === 'completed' && job.startedAt !== undefined) {
          durations.note(job.tool, Math.max(0, clock.now() - job.startedAt) / 1_000);
        }
        return;
      } catch (error) {
        log.error(
          { jobId: job.id, fault: describe(error), pauseMs },
          'could not store the outcome of a job; will try again',
        );
        await new Promise<void>((resolve) => {
          const cancel = clock.after(pauseMs, resolve);
          this.#wake = () => {
            cancel();
            resolve();
          };
        });
      }
    }
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
