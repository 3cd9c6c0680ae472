import type { ToolLog, WireError } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { UsualDurations } from './eta.ts';
import type { Interruptions } from './interruptions.ts';
import type { JobRecord } from './job-record.ts';
import type { Ledger, Outcome } from './ledger.ts';
import type { Persistence } from './persistence.ts';
import type { Setback } from './setback.ts';

/** How an attempt ended: with the job, or without it. */
export type Ending = Outcome | { readonly status: 'interrupted'; readonly setback: Setback; readonly error: WireError };

export interface EndingsParts {
  readonly ledger: Ledger;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: ToolLog;
  readonly durations: UsualDurations;
  readonly persistence: Persistence;
  readonly interruptions: Interruptions;
  /** Takes secrets out of what is told: errors. */
  readonly clean: <T>(told: T) => T;
  /** A job waits again. */
  readonly again: (job: JobRecord) => void;
}

/** Writes down how attempts ended. */
export class Endings {
  readonly #parts: EndingsParts;

  constructor(parts: EndingsParts) {
    this.#parts = parts;
  }

  /** `job` is the record the attempt began with. Resolves when it is stored, or left to the next start of the gateway. */
  record(job: JobRecord, ending: Ending): Promise<void> {
    const { persistence, clean } = this.#parts;
    const told = ending.status === 'completed' ? ending : { ...ending, error: clean(ending.error) };
    return persistence.until('the outcome of a job', { jobId: job.id }, () =>
      told.status === 'interrupted' ? this.#takeBack(job, told.setback, told.error) : this.#finish(job, told),
    );
  }

  async #finish(job: JobRecord, outcome: Outcome): Promise<void> {
    const { ledger, clock, log, durations } = this.#parts;
    if (!(await ledger.finish(job, outcome))) {
      log.info({ jobId: job.id, attempt: job.attempt }, 'refused the outcome of an attempt that was over');
    } else if (outcome.status === 'completed' && job.startedAt !== undefined) {
      durations.note(job.tool, Math.max(0, clock.now() - job.startedAt) / 1_000);
    }
  }

  async #takeBack(job: JobRecord, setback: Setback, error: WireError): Promise<void> {
    const { interruptions, log, again } = this.#parts;
    const waiting = await (setback === 'lost' ? interruptions.interrupted(job) : interruptions.refused(job, error));
    if (waiting === undefined) return;
    const facts = { jobId: job.id, tool: job.tool, attempt: job.attempt, workerId: job.worker ?? '' };
    const why = { code: error.code, reason: error.message };
    if (setback === 'lost') log.warn({ ...facts, ...why }, 'a job lost its worker; it waits again');
    else log.info({ ...facts, ...why }, 'a worker refused a job; it waits again');
    again(waiting);
  }
}
