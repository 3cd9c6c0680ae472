import {
  CallError,
  isFinal,
  type JobListParams,
  type JobListResult,
  type JobView,
  type JsonObject,
  type Principal,
  type Tool,
  type ToolLog,
} from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import { Attempt, type HostedContext, type JobRun } from './attempt.ts';
import { QueueCapacity } from './capacity.ts';
import { checkJobRequest } from './check-request.ts';
import { Dispatcher, type SlotKind } from './dispatcher.ts';
import { UsualDurations } from './eta.ts';
import type { JobRecord } from './job-record.ts';
import type { JobRequest, Ledger } from './ledger.ts';
import { checkRunnerLimits, type RunnerLimits } from './limits.ts';
import { failed } from './outcome.ts';
import { viewJob } from './view.ts';

export interface JobRunnerOptions {
  readonly ledger: Ledger;
  readonly tools: (name: string) => Tool | undefined;
  /** Makes the `ToolContext` of an attempt: see `host/`. */
  readonly contextFor: (run: JobRun) => HostedContext;
  /** Jobs that run at once: `cpu` works on this machine, `network` waits for another. */
  readonly slots: Readonly<Record<SlotKind, number>>;
  readonly clock: Clock;
  readonly log: ToolLog;
  /** Takes secrets out of what is stored to be told: errors, progress, reasons. The same reference when there are none. */
  readonly clean: <T>(told: T) => T;
  /** Unfinished jobs this caller may have; no bound when undefined. */
  readonly mostUnfinished?: (principal: Principal) => number | undefined;
  readonly limits?: Partial<RunnerLimits>;
}

/** What a retry was judged with. */
export interface RetryTerms {
  /** As the policy lets the tool have them today. */
  readonly args?: JsonObject;
  /** True when the tool may only say what it would do. */
  readonly dryRun?: boolean;
}

const DAY_MS = 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;

/** Accepts jobs, runs them in slots, and answers for them. Every job belongs to the principal who submitted it. */
export class JobRunner {
  readonly #ledger: Ledger;
  readonly #options: JobRunnerOptions;
  readonly #limits: RunnerLimits;
  readonly #capacity: QueueCapacity;
  readonly #dispatcher: Dispatcher;
  readonly #durations = new UsualDurations();
  #draining = false;
  #cancelPruning: () => void = () => {};

  constructor(options: JobRunnerOptions) {
    const { ledger, clock, log, clean, contextFor, slots, tools } = options;
    this.#limits = checkRunnerLimits(slots, options.limits);
    this.#options = options;
    this.#ledger = ledger;
    this.#capacity = new QueueCapacity(this.#limits);
    const { maxResultBytes, abortGraceMs } = this.#limits;
    const parts = { ledger, clock, log, clean, contextFor, durations: this.#durations, maxResultBytes, abortGraceMs };
    this.#dispatcher = new Dispatcher({
      slots,
      clock,
      log,
      capacity: this.#capacity,
      createAttempt: (job) => new Attempt(job, tools(job.tool), parts),
    });
  }

  /** Resumes what an earlier process left unfinished, its memos kept, and begins to work. */
  async start(): Promise<void> {
    const unfinished = await this.#withoutPoison(this.#ledger.read.unfinished());
    for (const [tool, seconds] of this.#ledger.read.usualSeconds()) this.#durations.note(tool, seconds);
    const waiting = await Promise.all(
      unfinished.map((job) => (job.status === 'queued' ? job : this.#ledger.requeue(job.id))),
    );
    for (const job of waiting) {
      if (job === undefined) continue;
      this.#capacity.occupy(job.principal.id);
      this.#enqueue(job);
    }
    if (unfinished.length > 0) this.#options.log.info({ jobs: unfinished.length }, 'resumed unfinished jobs');
    this.#prune();
  }

  /** Fails the jobs that were interrupted too often; answers the others. */
  async #withoutPoison(unfinished: readonly JobRecord[]): Promise<readonly JobRecord[]> {
    const { maxAttempts } = this.#limits;
    const poison = unfinished.filter((job) => job.status === 'in_progress' && job.attempt >= maxAttempts);
    for (const job of poison) {
      const sentence = `The job was interrupted ${job.attempt} times, each time with the whole gateway; it is not tried again by itself`;
      await this.#ledger.finish(job, failed(new CallError('TOOL_FAILED', sentence, { retryable: true })));
      this.#options.log.error({ jobId: job.id, tool: job.tool, attempts: job.attempt }, 'gave up on a job');
    }
    return unfinished.filter((job) => !poison.includes(job));
  }

  /**
   * Accepts a job: once this resolves it is on disk and will be run. The same principal, tool, key and arguments answer the
   * same job. Rejects with INVALID_PARAMS, TOOL_NOT_FOUND, IDEMPOTENCY_MISMATCH, TOO_MANY_IN_FLIGHT, OVERLOADED, DRAINING
   * or STORAGE_FULL.
   */
  async submit(request: JobRequest): Promise<JobView> {
    checkJobRequest(request);
    const known = this.#ledger.replayed(request);
    if (known !== undefined) return this.#view(known);
    const { principal, tool } = request;
    this.#admit(principal.id, tool);
    const { job, created } = await this.#orLeave(principal.id, this.#ledger.submit(request, this.#mostOf(principal)));
    if (created) this.#enqueue(job);
    else this.#capacity.leave(principal.id);
    return this.#view(job);
  }

  /** Throws NOT_FOUND for a job that is missing or out of reach. */
  get(principal: Principal, jobId: string): JobView {
    return this.#view(this.#ledger.read.visible(principal, jobId, 'jobs/get'));
  }

  /** Own jobs, newest first, without their results. */
  list(principal: Principal, params: JobListParams = {}): JobListResult {
    const { limit = 50, ...filter } = params;
    const jobs = this.#ledger.read.ofOwner(principal.id, { ...filter, limit: limit + 1 });
    const page = jobs.slice(0, limit);
    const last = page.at(-1);
    return {
      jobs: page.map((job) => viewJob(job, this.#moment(job))),
      ...(jobs.length > limit && last !== undefined && { nextCursor: last.id }),
    };
  }

  /** Stops a waiting or running job. Rejects with CONFLICT when it is final. */
  async cancel(principal: Principal, jobId: string, reason?: string): Promise<JobView> {
    this.#ledger.read.visible(principal, jobId, 'jobs/cancel');
    const told = this.#options.clean(reason);
    const job = await this.#ledger.cancel(jobId, told);
    this.#dispatcher.cancel(jobId, new CallError('CANCELLED', told ?? 'The owner canceled the job'));
    return this.#view(job);
  }

  /** What a job was accepted as, for whoever may run it again. Throws NOT_FOUND for one that is missing or out of reach. */
  requestOf(principal: Principal, jobId: string): JobRequest {
    const { read } = this.#ledger;
    const { n, principal: owner, tool, project, priority, terms } = read.visible(principal, jobId, 'jobs/retry');
    const { dryRun, trace, timeoutMs } = terms;
    const request = { principal: owner, tool, args: read.argsOf(n), project, priority, dryRun, trace };
    return timeoutMs === undefined ? request : { ...request, timeoutMs };
  }

  /**
   * Runs a failed or canceled job again; finished stages are remembered. An owner who asks runs it with the role and the
   * scopes it asks with. Rejects with CONFLICT in any other state, TOOL_DENIED when a job that was not accepted as a dry
   * run could only be one now, NOT_FOUND, and as `submit` does.
   */
  async retry(by: Principal, jobId: string, { args, dryRun = false }: RetryTerms = {}): Promise<JobView> {
    const { tool, principal: owner, terms } = this.#ledger.read.visible(by, jobId, 'jobs/retry');
    if (dryRun && !terms.dryRun) throw onlyDry(jobId, tool);
    this.#admit(owner.id, tool);
    const principal = by.id === owner.id ? by : owner;
    const changes = { principal, ...(args !== undefined && { args }) };
    const job = await this.#orLeave(owner.id, this.#ledger.retry(jobId, changes, this.#mostOf(principal)));
    this.#enqueue(job);
    return this.#view(job);
  }

  /** For health and metrics. */
  counts(): { readonly queued: number; readonly running: number } {
    return { queued: this.#dispatcher.queued, running: this.#dispatcher.running };
  }

  /**
   * Starts and accepts nothing more, waits up to `deadlineMs` for running jobs, and stops the others; those stay in
   * progress in the ledger, and the next start resumes them.
   */
  async drain(deadlineMs: number): Promise<void> {
    this.#draining = true;
    this.#cancelPruning();
    await this.#dispatcher.drain(deadlineMs);
  }

  /** Stops at once; what runs is left to the next start. */
  close(): Promise<void> {
    return this.drain(0);
  }

  #admit(owner: string, tool: string): void {
    if (this.#draining) {
      throw new CallError('DRAINING', 'Cannot queue the job: the gateway is going down; try again when it is back', {
        retryAfterMs: 2_000,
      });
    }
    if (this.#options.tools(tool) === undefined) {
      throw new CallError('TOOL_NOT_FOUND', `Cannot queue the job: there is no tool "${tool}"`);
    }
    const placeFreeIn = ((this.#durations.of(tool) ?? 5) * 1_000) / this.#options.slots[this.#slotOf(tool)];
    this.#capacity.admit(owner, Math.round(Math.min(60_000, Math.max(500, placeFreeIn))));
  }

  #mostOf(principal: Principal): number | undefined {
    return this.#options.mostUnfinished?.(principal);
  }

  /** Gives the place in the queue back when the ledger does not take the job. */
  async #orLeave<T>(owner: string, accepting: Promise<T>): Promise<T> {
    try {
      return await accepting;
    } catch (error) {
      this.#capacity.leave(owner);
      throw error;
    }
  }

  #enqueue(job: JobRecord): void {
    this.#dispatcher.enqueue(job, this.#slotOf(job.tool));
  }

  #slotOf(tool: string): SlotKind {
    return this.#options.tools(tool)?.slots ?? 'cpu';
  }

  #view(job: JobRecord): JobView {
    const result = job.status === 'completed' ? this.#ledger.read.resultOf(job.n) : undefined;
    return viewJob(job, { ...this.#moment(job), result });
  }

  #moment(job: JobRecord): { queuePosition?: number | undefined; estimatedRemaining?: number | undefined } {
    if (isFinal(job.status)) return {};
    if (job.status === 'in_progress') {
      return { estimatedRemaining: this.#dispatcher.attemptOf(job.id)?.estimatedRemaining };
    }
    const queuePosition = this.#dispatcher.position(job.id);
    const usual = this.#durations.of(job.tool);
    if (queuePosition === undefined || usual === undefined) return { queuePosition };
    // As if everything ahead took as long as this tool usually does.
    const rounds = Math.ceil(queuePosition / this.#options.slots[this.#slotOf(job.tool)]);
    return { queuePosition, estimatedRemaining: Math.round(usual * (rounds + 1) * 10) / 10 };
  }

  #prune(): void {
    const { clock, log } = this.#options;
    const before = clock.now() - this.#limits.retentionDays * DAY_MS;
    this.#ledger.prune(before).then(
      (removed) => {
        if (removed > 0) log.info({ removed }, 'removed jobs that finished long ago');
      },
      (error: unknown) => log.warn({ fault: String(error) }, 'could not remove old jobs'),
    );
    this.#cancelPruning = clock.after(PRUNE_EVERY_MS, () => this.#prune());
  }
}

function onlyDry(jobId: string, tool: string): CallError {
  const sentence = `Cannot retry the job "${jobId}": this gateway only says now what "${tool}" would do (dry_run is on), and the job was to do it; submit it again with _meta {"dryRun":true}`;
  return new CallError('TOOL_DENIED', sentence);
}
