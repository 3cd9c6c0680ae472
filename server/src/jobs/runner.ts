import type { Hosted, JobTicket } from '@callsheet/discovery';
import {
  CallError,
  isFinal,
  type JobListParams,
  type JobListResult,
  type JobView,
  type JsonObject,
  type Principal,
  type ToolLog,
} from '@callsheet/protocol';
import { occurrence } from '../channels.ts';
import type { Clock } from '../clock.ts';
import type { ReturnedJob, ReturningJobs } from '../workers/returning-jobs.ts';
import { Attempt, type AttemptParts } from './attempt.ts';
import { QueueCapacity } from './capacity.ts';
import { checkJobRequest } from './check-request.ts';
import { Dispatcher } from './dispatcher.ts';
import { Endings } from './endings.ts';
import { UsualDurations } from './eta.ts';
import { Interruptions } from './interruptions.ts';
import type { JobRecord, JobTerms } from './job-record.ts';
import type { JobTool, SlotKind } from './job-tool.ts';
import type { JobRun } from './job-work.ts';
import type { JobRequest, Ledger } from './ledger.ts';
import { checkRunnerLimits, type RunnerLimits } from './limits.ts';
import { Persistence } from './persistence.ts';
import type { JobPlaces } from './places.ts';
import { Reattachment } from './reattachment.ts';
import { viewJob } from './view.ts';

export interface JobRunnerOptions {
  readonly ledger: Ledger;
  /** What is known of a tool, whoever serves it as the route says; undefined when nobody has said anything of it. */
  readonly tools: (name: string, route?: JobTerms['route']) => JobTool | undefined;
  /** Where attempts can run. */
  readonly places: JobPlaces;
  /** Makes the `ToolContext` of an attempt: see `host/`. */
  readonly contextFor: (run: JobRun) => Hosted;
  /** Jobs that run at once in this process: `cpu` works on this machine, `network` waits for another. */
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

/**
 * Accepts jobs, runs them at workers and in its own slots, and answers for them. Every job belongs to the principal who
 * submitted it.
 */
export class JobRunner implements ReturningJobs {
  readonly #ledger: Ledger;
  readonly #options: JobRunnerOptions;
  readonly #limits: RunnerLimits;
  readonly #capacity: QueueCapacity;
  readonly #dispatcher: Dispatcher;
  readonly #interruptions: Interruptions;
  readonly #persistence: Persistence;
  readonly #reattachment: Reattachment;
  readonly #attemptParts: AttemptParts;
  readonly #durations = new UsualDurations();
  #draining = false;
  #cancelPruning: () => void = () => {};

  constructor(options: JobRunnerOptions) {
    const { ledger, clock, log, clean, contextFor, slots, tools, places } = options;
    this.#limits = checkRunnerLimits(slots, options.limits);
    this.#options = options;
    this.#ledger = ledger;
    this.#capacity = new QueueCapacity(this.#limits);
    const { maxResultBytes, abortGraceMs, maxAttempts, keepJobsMs } = this.#limits;
    const durations = this.#durations;
    const persistence = new Persistence({ clock, log });
    const interruptions = new Interruptions({ ledger, log, maxAttempts });
    const again = (job: JobRecord): void => this.#enqueueAgain(job);
    const endings = new Endings({ ledger, clock, log, clean, durations, persistence, interruptions, again });
    this.#attemptParts = { ledger, clock, log, clean, contextFor, durations, endings, maxResultBytes, abortGraceMs };
    this.#persistence = persistence;
    this.#interruptions = interruptions;
    this.#dispatcher = new Dispatcher({
      ...{ slots, places, tools, clock, log, persistence },
      capacity: this.#capacity,
      createAttempt: (job, tool, place) => new Attempt(job, tool, place, this.#attemptParts),
    });
    this.#reattachment = new Reattachment({
      ...{ clock, log, keepJobsMs },
      adopt: (job, workerId, run) => this.#adopt(job, workerId, run),
      interrupted: (job) => this.#takeUp(job),
    });
  }

  /**
   * Resumes what an earlier process left unfinished, its memos kept, and begins to work. What ran at a worker outside may run
   * there still: it waits for that worker, and may be `returned` as soon as this has been called.
   */
  async start(): Promise<void> {
    const unfinished = this.#ledger.read.unfinished();
    this.#reattachment.expect(unfinished.filter(isAway));
    for (const [tool, seconds] of this.#ledger.read.usualSeconds()) this.#durations.note(tool, seconds);
    const mine = unfinished.filter((job) => !isAway(job));
    const waiting = await Promise.all(
      mine.map((job) => (job.status === 'queued' ? job : this.#interruptions.interrupted(job))),
    );
    for (const job of waiting) {
      if (job === undefined) continue;
      this.#capacity.occupy(job.principal.id);
      this.#dispatcher.enqueue(job);
    }
    if (mine.length > 0) this.#options.log.info({ jobs: mine.length }, 'resumed unfinished jobs');
    const unknown = new Set(mine.map(({ tool }) => tool).filter((tool) => this.#options.tools(tool) === undefined));
    if (unknown.size > 0) this.#options.log.info({ tools: [...unknown] }, 'jobs wait for tools nobody offers yet');
    this.#prune();
  }

  /** See `ReturningJobs`. */
  returned(workerId: string, jobs: readonly ReturnedJob[]): readonly JobTicket[] {
    return this.#reattachment.returned(workerId, jobs);
  }

  /**
   * Accepts a job: once this resolves it is on disk and will be run. The same principal, tool, key and arguments answer the
   * same job. Rejects with INVALID_PARAMS, TOOL_NOT_FOUND, IDEMPOTENCY_MISMATCH, TOO_MANY_IN_FLIGHT, OVERLOADED, DRAINING
   * or STORAGE_FULL.
   */
  async submit(request: JobRequest): Promise<JobView> {
    checkJobRequest(request);
    const known = this.#ledger.replayed(request);
    if (known !== undefined) {
      if (occurrence.hasSubscribers) occurrence.publish({ type: 'replayed', tool: known.tool });
      return this.#view(known);
    }
    const { principal, tool, route } = request;
    this.#admit(principal.id, tool, route);
    const { job, created } = await this.#orLeave(principal.id, this.#ledger.submit(request, this.#mostOf(principal)));
    if (created) this.#dispatcher.enqueue(job);
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
    this.#reattachment.forget(jobId);
    this.#dispatcher.cancel(jobId, new CallError('CANCELLED', told ?? 'The owner canceled the job'));
    return this.#view(job);
  }

  /** What a job was accepted as, for whoever may run it again. Throws NOT_FOUND for one that is missing or out of reach. */
  requestOf(principal: Principal, jobId: string): JobRequest {
    const { read } = this.#ledger;
    const { n, principal: owner, tool, project, priority, terms } = read.visible(principal, jobId, 'jobs/retry');
    const { role: _role, scopes: _scopes, ...agreed } = terms;
    return { principal: owner, tool, args: read.argsOf(n), project, priority, ...agreed };
  }

  /**
   * Runs a failed or canceled job again; finished stages are remembered. An owner who asks runs it with the role and the
   * scopes it asks with. Rejects with CONFLICT in any other state, TOOL_DENIED when a job that was not accepted as a dry
   * run could only be one now, NOT_FOUND, and as `submit` does.
   */
  async retry(by: Principal, jobId: string, { args, dryRun = false }: RetryTerms = {}): Promise<JobView> {
    const { tool, principal: owner, terms } = this.#ledger.read.visible(by, jobId, 'jobs/retry');
    if (dryRun && !terms.dryRun) throw onlyDry(jobId, tool);
    this.#admit(owner.id, tool, terms.route);
    const principal = by.id === owner.id ? by : owner;
    const changes = { principal, ...(args !== undefined && { args }) };
    const job = await this.#orLeave(owner.id, this.#ledger.retry(jobId, changes, this.#mostOf(principal)));
    this.#dispatcher.enqueue(job);
    return this.#view(job);
  }

  /** For health and metrics. */
  counts(): { readonly queued: number; readonly running: number } {
    return { queued: this.#dispatcher.queued, running: this.#dispatcher.running + this.#reattachment.size };
  }

  /**
   * Starts and accepts nothing more, waits up to `deadlineMs` for jobs that run in this process, and stops the others; those
   * stay in progress in the ledger, and the next start resumes them. Jobs at workers go on there, and the next start waits
   * for them.
   */
  async drain(deadlineMs: number): Promise<void> {
    this.#draining = true;
    this.#cancelPruning();
    this.#reattachment.close();
    await this.#dispatcher.drain(deadlineMs);
  }

  /** Stops at once; what runs is left to the next start. */
  close(): Promise<void> {
    return this.drain(0);
  }

  #admit(owner: string, tool: string, route: JobTerms['route']): void {
    if (this.#draining) {
      throw new CallError('DRAINING', 'Cannot queue the job: the gateway is going down; try again when it is back', {
        retryAfterMs: 2_000,
      });
    }
    if (this.#options.tools(tool) === undefined) {
      throw new CallError('TOOL_NOT_FOUND', `Cannot queue the job: there is no tool "${tool}"`);
    }
    const placeFreeIn = ((this.#durations.of(tool) ?? 5) * 1_000) / this.#slotsOf(tool);
    const retryAfterMs = Math.round(Math.min(60_000, Math.max(500, placeFreeIn)));
    this.#dispatcher.admit({ tool, terms: route === undefined ? {} : { route } }, retryAfterMs);
    this.#capacity.admit(owner, retryAfterMs);
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

  #enqueueAgain(job: JobRecord): void {
    this.#capacity.occupy(job.principal.id);
    this.#dispatcher.enqueueAgain(job);
  }

  #adopt(job: JobRecord, workerId: string, run: ReturnedJob['run']): boolean {
    const tool = this.#options.tools(job.tool, job.terms.route);
    const place = tool && this.#options.places.again(workerId);
    if (tool === undefined || place === undefined) return false;
    this.#dispatcher.adopt(job, new Attempt(job, tool, place, this.#attemptParts), run);
    return true;
  }

  /** What ran at a worker did not come back from there. */
  #takeUp(job: JobRecord): void {
    void this.#persistence.until('the interruption of a job', { jobId: job.id }, async () => {
      const waiting = await this.#interruptions.interrupted(job);
      if (waiting !== undefined) this.#enqueueAgain(waiting);
    });
  }

  #slotsOf(tool: string): number {
    return this.#options.slots[this.#dispatcher.kindOf(tool)];
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
    const rounds = Math.ceil(queuePosition / this.#slotsOf(job.tool));
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

/** Whether it runs at a worker outside, as far as the ledger knows. */
function isAway({ status, worker }: JobRecord): boolean {
  return status === 'in_progress' && worker !== undefined;
}

function onlyDry(jobId: string, tool: string): CallError {
  const sentence = `Cannot retry the job "${jobId}": this gateway only says now what "${tool}" would do (dry_run is on), and the job was to do it; submit it again with _meta {"dryRun":true}`;
  return new CallError('TOOL_DENIED', sentence);
}
