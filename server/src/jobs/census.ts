import type { Clock } from '../clock.ts';
import type { JobRecord } from './job-record.ts';
import type { Ledger } from './ledger.ts';

/** Jobs of one tool that are not final. */
export interface JobsOfTool {
  readonly tool: string;
  readonly queued: number;
  readonly running: number;
  /** How long the one waits that began to wait first, in seconds; 0 when none waits. */
  readonly oldestQueuedSeconds: number;
}

interface Standing {
  /** Id → since when it waits, in milliseconds since the epoch; the longest first. */
  readonly queued: Map<string, number>;
  readonly running: Set<string>;
}

/** Counts jobs as they come and go: asking the ledger would cost a walk over everything that waits. */
export class JobCensus {
  readonly #tools = new Map<string, Standing>();
  readonly #clock: Pick<Clock, 'now'>;

  /** Begins with what the ledger has, and follows it for as long as it is open. */
  constructor(ledger: Pick<Ledger, 'listen' | 'read'>, clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    for (const job of ledger.read.unfinished()) this.#note(job, job.createdAt);
    ledger.listen((_event, job, step) => {
      if (step !== 'progress') this.#note(job, clock.now());
    });
  }

  /** Every tool that had a job since the start. */
  list(): readonly JobsOfTool[] {
    const now = this.#clock.now();
    return Array.from(this.#tools, ([tool, { queued, running }]) => {
      const [oldest] = queued.values();
      const oldestQueuedSeconds = oldest === undefined ? 0 : Math.max(0, now - oldest) / 1000;
      return { tool, queued: queued.size, running: running.size, oldestQueuedSeconds };
    });
  }

  #note({ id, tool, status }: JobRecord, now: number): void {
    let standing = this.#tools.get(tool);
    if (standing === undefined) {
      standing = { queued: new Map(), running: new Set() };
      this.#tools.set(tool, standing);
    }
    if (status === 'queued') {
      standing.running.delete(id);
      if (!standing.queued.has(id)) standing.queued.set(id, now);
      return;
    }
    standing.queued.delete(id);
    if (status === 'in_progress') standing.running.add(id);
    else standing.running.delete(id);
  }
}
