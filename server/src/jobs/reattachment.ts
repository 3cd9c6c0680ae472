import type { JobTicket } from '@callsheet/discovery';
import type { ToolLog } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { ReturnedJob, ReturningJobs } from '../workers/returning-jobs.ts';
import type { JobRecord } from './job-record.ts';

export interface ReattachmentParts {
  readonly clock: Pick<Clock, 'after'>;
  readonly log: ToolLog;
  /** How long to wait for the worker of an attempt. */
  readonly keepJobsMs: number;
  /** Goes on with an attempt; false when it cannot. */
  readonly adopt: (job: JobRecord, workerId: string, run: ReturnedJob['run']) => boolean;
  /** Its worker does not have it any more, or does not come. */
  readonly interrupted: (job: JobRecord) => void;
}

/**
 * Attempts that ran at workers outside when the process before this one ended. They may still run: each waits for its worker
 * to come back and say so, and only then, or when nobody came in time, it is known what becomes of the job.
 */
export class Reattachment implements ReturningJobs {
  readonly #parts: ReattachmentParts;
  /** By job id. */
  readonly #awaited = new Map<string, JobRecord>();
  #cancelTimer: () => void = () => {};

  constructor(parts: ReattachmentParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#awaited.size;
  }

  /** Begins to wait. Called once. */
  expect(jobs: readonly JobRecord[]): void {
    const { clock, log, keepJobsMs } = this.#parts;
    if (jobs.length === 0) return;
    for (const job of jobs) this.#awaited.set(job.id, job);
    log.info({ jobs: jobs.length, keepJobsMs }, 'wait for the workers that had jobs');
    this.#cancelTimer = clock.after(keepJobsMs, () => this.#giveUp([...this.#awaited.values()]));
  }

  returned(workerId: string, jobs: readonly ReturnedJob[]): readonly JobTicket[] {
    const wanted: JobTicket[] = [];
    for (const { job: ticket, run } of jobs) {
      const job = this.#awaited.get(ticket.id);
      if (job === undefined || job.worker !== workerId || job.attempt !== ticket.attempt) continue;
      if (!this.#parts.adopt(job, workerId, run)) continue;
      this.forget(job.id);
      wanted.push(ticket);
    }
    if (wanted.length > 0) this.#parts.log.info({ workerId, jobs: wanted.length }, 'jobs go on at their worker');
    this.#giveUp([...this.#awaited.values()].filter(({ worker }) => worker === workerId));
    return wanted;
  }

  /** A job was canceled: nobody waits for it any more. */
  forget(id: string): void {
    this.#awaited.delete(id);
    if (this.#awaited.size === 0) this.#cancelTimer();
  }

  /** Gives nobody up any more: the next start of the gateway waits again. Who comes still may go on. */
  close(): void {
    this.#cancelTimer();
  }

  #giveUp(jobs: readonly JobRecord[]): void {
    for (const job of jobs) {
      this.forget(job.id);
      this.#parts.log.warn({ jobId: job.id, tool: job.tool, workerId: job.worker ?? '' }, 'a job did not come back');
      this.#parts.interrupted(job);
    }
  }
}
