import { CallError, type ToolLog, type WireError } from '@callsheet/protocol';
import type { JobRecord } from './job-record.ts';
import type { Ledger } from './ledger.ts';

export interface InterruptionsParts {
  readonly ledger: Ledger;
  readonly log: ToolLog;
  /** A job that was interrupted so often, or refused so often, is failed. */
  readonly maxAttempts: number;
}

/** Takes up jobs whose attempt died with the process that ran it, or was not even taken there. */
export class Interruptions {
  readonly #parts: InterruptionsParts;

  constructor(parts: InterruptionsParts) {
    this.#parts = parts;
  }

  /**
   * Gives a job in progress back to the queue, its memos kept, and answers it; undefined when it may not be tried again, or
   * this attempt is not the one that counts any more. Rejects with STORAGE_FULL.
   */
  async interrupted(job: JobRecord): Promise<JobRecord | undefined> {
    const times = job.attempt - job.refused;
    if (times < this.#parts.maxAttempts) return this.#parts.ledger.requeue(job);
    const sentence = `The job was interrupted ${times} times, each time with the process that ran it; it is not tried again by itself`;
    return this.#giveUp(job, new CallError('TOOL_FAILED', sentence, { retryable: true }).toWire());
  }

  /** The same for an attempt that did not begin: it counts for nothing, but whoever is refused for ever is told so. */
  async refused(job: JobRecord, error: WireError): Promise<JobRecord | undefined> {
    if (job.refused + 1 < this.#parts.maxAttempts) return this.#parts.ledger.requeue(job, { refused: true });
    return this.#giveUp(job, error);
  }

  async #giveUp(job: JobRecord, error: WireError): Promise<undefined> {
    const { ledger, log } = this.#parts;
    if (await ledger.finish(job, { status: 'failed', error })) {
      log.error({ jobId: job.id, tool: job.tool, attempts: job.attempt }, 'gave up on a job');
    }
    return undefined;
  }
}
