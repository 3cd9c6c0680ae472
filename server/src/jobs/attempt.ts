import type { EndpointCall, Hosted } from '@callsheet/discovery';
import {
  CallError,
  type Json,
  type JsonObject,
  type ProgressReport,
  type ToolLog,
  type WireError,
} from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import { Cancellation } from '../session/cancellation.ts';
import { attemptMemo } from './attempt-memo.ts';
import type { Ending, Endings } from './endings.ts';
import { RemainingTime, type UsualDurations } from './eta.ts';
import type { JobRecord } from './job-record.ts';
import type { JobTool } from './job-tool.ts';
import { type JobRun, JobWork } from './job-work.ts';
import type { Ledger } from './ledger.ts';
import { failed, outcomeOf } from './outcome.ts';
import type { JobPlace } from './places.ts';
import { ProgressThinner } from './progress.ts';
import { setbackOf } from './setback.ts';

export interface AttemptParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: ToolLog;
  readonly contextFor: (run: JobRun) => Hosted;
  readonly durations: UsualDurations;
  readonly endings: Endings;
  /** Takes secrets out of what is told: progress. */
  readonly clean: <T>(told: T) => T;
  /** Of a result, and of one remembered stage. */
  readonly maxResultBytes: number;
  /** How long an aborted tool may keep its slot. */
  readonly abortGraceMs: number;
}

/** A way to hear of an attempt that runs at its worker already. */
export type Resumed = (call: EndpointCall) => Promise<Json>;

/** An answer may have been on its way for as long as the gateway was not there. */
const LATE_ANSWER_MS = 5_000;

/**
 * One run of one job, from the place it was given to the outcome in the ledger. It ends once: by the tool, by its time limit,
 * by cancellation, by the loss of its worker or by a drain; what comes after has no effect.
 */
export class Attempt {
  readonly #known: JobRecord;
  readonly #tool: JobTool;
  readonly #place: JobPlace;
  readonly #parts: AttemptParts;
  readonly #interest = new Cancellation();
  #work: JobWork | undefined;
  #over = false;
  #letGo = false;
  /** Whether the tool has said anything: then it ran, whatever else is told of it. */
  #spoke = false;
  #refusal: WireError | undefined;
  #estimate: RemainingTime | undefined;
  #thinner: ProgressThinner | undefined;
  #memo: JobRun['memo'] | undefined;
  #recording: Promise<void> | undefined;
  #freeSlot: () => void = () => {};
  #cancelGrace: (() => void) | undefined;

  /** `job` waits, or is in progress when the attempt is to be resumed. */
  constructor(job: JobRecord, tool: JobTool, place: JobPlace, parts: AttemptParts) {
    this.#known = job;
    this.#tool = tool;
    this.#place = place;
    this.#parts = parts;
  }

  /** Whether it runs at a worker outside, which outlives this process. */
  get away(): boolean {
    return this.#place.workerId !== undefined;
  }

  /** Resolves when the outcome is stored, or left to the next start of the gateway. Ask after `run` has resolved. */
  get recorded(): Promise<void> | undefined {
    return this.#recording;
  }

  /** Why its worker would not have it; undefined when it ran. */
  get refusal(): WireError | undefined {
    return this.#refusal;
  }

  /** Seconds, while it runs and there is something to estimate from. */
  get estimatedRemaining(): number | undefined {
    return this.#over ? undefined : this.#estimate?.at(this.#parts.clock.monotonic());
  }

  /** Runs it. Resolves when the slot may go to another job; rejects when the ledger cannot note the start. */
  async run(): Promise<void> {
    const { ledger, clock } = this.#parts;
    let started: Awaited<ReturnType<Ledger['start']>>;
    try {
      started = await ledger.start(this.#known, this.#place.workerId);
    } catch (error) {
      this.#place.release();
      throw error;
    }
    // Canceled while it waited for the disk: nothing to run. Or the gateway goes down: the next start runs it.
    if (started === undefined || this.#over) return this.#place.release();
    const limitMs = this.#limitMs;
    // Stored by `submit`, which takes objects only.
    await this.#live(started.job, started.args as JsonObject, { deadline: clock.now() + limitMs, patienceMs: limitMs });
  }

  /** Goes on with what never ended at its worker. Resolves as `run` does. */
  async resume(resumed: Resumed): Promise<void> {
    const { ledger, clock } = this.#parts;
    const job = this.#known;
    const deadline = (job.startedAt ?? clock.now()) + this.#limitMs;
    const patienceMs = Math.min(this.#limitMs, Math.max(LATE_ANSWER_MS, deadline - clock.now()));
    await this.#live(job, ledger.read.argsOf(job.n), { deadline, patienceMs }, resumed);
  }

  /** The ledger says canceled; tell the tool. */
  cancel(reason: CallError): void {
    this.#stop(reason);
  }

  /**
   * The gateway goes down, and the job stays in progress in the ledger. In this process the tool is stopped, and the next
   * start runs it again; at a worker it goes on, and the next start waits for it. What still comes from there is taken.
   */
  abandon(reason: CallError): void {
    if (!this.away || this.#work === undefined) {
      this.#stop(reason);
      return;
    }
    if (this.#over) return;
    this.#letGo = true;
    this.#thinner?.close();
    this.#done();
  }

  get #limitMs(): number {
    const { timeoutMs } = this.#tool;
    return Math.min(timeoutMs, this.#known.terms.timeoutMs ?? timeoutMs);
  }

  async #live(
    job: JobRecord,
    args: JsonObject,
    { deadline, patienceMs }: { readonly deadline: number; readonly patienceMs: number },
    resumed?: Resumed,
  ): Promise<void> {
    const { clock, durations, contextFor } = this.#parts;
    const elapsed = Math.max(0, clock.now() - (job.startedAt ?? clock.now()));
    this.#estimate = new RemainingTime(clock.monotonic() - elapsed, durations.of(job.tool));
    const work = new JobWork({
      job,
      tool: this.#tool,
      args,
      deadline,
      timeoutMs: patienceMs,
      interest: this.#interest,
      contextFor,
      progress: (report) => this.#report(job, report),
      memo: (key, produce) => this.#remember(job, key, produce),
    });
    this.#work = work;
    await new Promise<void>((free) => {
      this.#freeSlot = free;
      void this.#execute(job, work, resumed).then((ending) => {
        this.#end(ending);
        // A tool that was stopped, by whomever, has its slot until it has really ended.
        this.#patience();
        work.whenIdle(() => this.#done());
      });
    });
  }

  #report(job: JobRecord, report: ProgressReport): void {
    const { clock, clean } = this.#parts;
    this.#spoke = true;
    if (this.#over || this.#letGo) return;
    this.#thinner ??= new ProgressThinner({ clock, emit: (thinned) => this.#note(job, thinned), from: job.progress });
    // Before it is cut to length: half a secret is not found any more.
    this.#thinner.offer(clean(report));
  }

  #remember<T extends Json>(job: JobRecord, key: string, produce: () => Promise<T>): Promise<T> {
    const { ledger, maxResultBytes: maxBytes } = this.#parts;
    const interest = this.#interest;
    this.#spoke = true;
    this.#memo ??= attemptMemo({ store: ledger.memos, job: job.n, attempt: job.attempt, interest, maxBytes });
    return this.#memo(key, produce);
  }

  #done(): void {
    this.#cancelGrace?.();
    this.#freeSlot();
  }

  /** Gives a tool that works in this process some time to end. A worker outside has slots of its own. */
  #patience(): void {
    if (this.away) {
      this.#done();
      return;
    }
    if (this.#work?.idle !== false) return;
    const { clock, log, abortGraceMs } = this.#parts;
    const { id: jobId, tool, attempt } = this.#work.record;
    this.#cancelGrace ??= clock.after(abortGraceMs, () => {
      log.warn({ jobId, attempt, tool }, 'the tool goes on although it was stopped; its slot is given away');
      this.#freeSlot();
    });
  }

  #stop(reason: CallError): void {
    if (this.#over) return;
    this.#end(undefined);
    this.#interest.cancel(reason);
    if (this.#work !== undefined) this.#patience();
  }

  #end(ending: Ending | undefined): void {
    if (this.#over) return;
    // The worker was lost because the gateway goes down: nobody knows yet whether it is.
    if (this.#letGo && ending?.status === 'interrupted') return;
    this.#over = true;
    if (ending?.status === 'interrupted' && ending.setback === 'refused') this.#refusal = ending.error;
    this.#thinner?.close();
    const job = this.#work?.record;
    if (ending !== undefined && job !== undefined) this.#recording = this.#parts.endings.record(job, ending);
  }

  async #execute(job: JobRecord, work: JobWork, resumed?: Resumed): Promise<Ending> {
    try {
      return outcomeOf(job.tool, await this.#place.run(work, resumed), this.#parts.maxResultBytes);
    } catch (error) {
      const requestId = `${job.id}/${job.attempt}`;
      const setback = this.away ? setbackOf(error, this.#spoke || resumed !== undefined) : undefined;
      const known = CallError.from(error);
      if (setback !== undefined) return { status: 'interrupted', setback, error: known.toWire(requestId) };
      if (known.errorName === 'DEADLINE_EXCEEDED' && this.#interest.reason === known) return failed(this.#tooLate());
      if (known.errorName !== 'INTERNAL') return failed(known, requestId);
      if (this.#interest.reason === undefined) {
        const fault = describe(known.facts.cause ?? known);
        const { id: jobId, attempt, tool } = job;
        this.#parts.log.error({ requestId, jobId, attempt, tool, fault }, 'the tool threw');
      }
      // Also from a worker outside: no words of a fault.
      return failed(CallError.from(undefined), requestId);
    }
  }

  #tooLate(): CallError {
    return new CallError(
      'DEADLINE_EXCEEDED',
      `The tool "${this.#tool.name}" did not finish within ${this.#limitMs} ms`,
    );
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
        log.warn({ jobId: job.id, attempt: job.attempt, fault: describe(error) }, 'could not store progress');
      });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
