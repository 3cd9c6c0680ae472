import type { ToolLog } from '@callsheet/protocol';
import type { TrailWriter } from './trail-writer.ts';

export interface LineQueueOptions {
  readonly writer: TrailWriter;
  /** Calls back once after `ms` milliseconds; the answer takes the appointment back. */
  readonly after: (ms: number, callback: () => void) => () => void;
  readonly log: ToolLog;
  readonly maxWaiting: number;
  readonly checkpointAfterMs: number;
  /** The body of a line that says how many were lost. */
  readonly lost: (count: number) => string;
}

const RETRY_MS = 1_000;

/**
 * Lines that wait for the disk. All of one turn of the event loop go in one append. While the disk refuses, they are kept
 * up to a bound and tried again every second; those beyond are counted, and the count is written when it can be.
 */
export class LineQueue {
  readonly #options: LineQueueOptions;
  readonly #waiting: string[] = [];
  readonly #later: (() => Promise<void>)[] = [];
  #lost = 0;
  /** Lines that came, and times that the disk refused or a line was lost, since the start. */
  readonly counts = { records: 0, failed: 0 };
  #failing = false;
  #scheduled = false;
  #sealWanted = false;
  #running: Promise<void> | undefined;
  #cancelSeal: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;

  constructor(options: LineQueueOptions) {
    this.#options = options;
  }

  /** Queues the body of a line, to be written at the end of this turn. */
  add(body: string): void {
    this.counts.records++;
    if (this.#waiting.length >= this.#options.maxWaiting) this.lose();
    else this.#waiting.push(body);
    if (this.#scheduled || this.#running !== undefined || this.#failing) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.drain();
    });
  }

  /** Counts a line that never came to be. */
  lose(): void {
    this.counts.failed++;
    this.#lost++;
  }

  /** Runs `task` once everything that waits is written and sealed. */
  later(task: () => Promise<void>): void {
    this.#later.push(task);
  }

  /** Resolves when nothing waits, or when the disk refuses. Never rejects. */
  async drain(): Promise<void> {
    do {
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
      });
      await this.#running;
    } while (this.#waiting.length > 0 && !this.#failing);
  }

  /** As `drain`, and puts a checkpoint behind the last line. */
  seal(): Promise<void> {
    this.#sealWanted = true;
    return this.drain();
  }

  /** Stops the clocks. Answers how many lines will never be written. */
  close(): number {
    this.#cancelSeal?.();
    this.#cancelRetry?.();
    return this.#waiting.length + this.#lost;
  }

  async #run(): Promise<void> {
    const { writer, log } = this.#options;
    this.#cancelRetry?.();
    try {
      do {
        await this.#writeAll();
        if (this.#later.length > 0 || (this.#sealWanted && writer.unsealed)) await writer.seal();
        for (const task of this.#later.splice(0)) await task();
      } while (this.#waiting.length > 0);
      this.#sealWanted = false;
      if (this.#failing) log.info({}, 'The audit trail is written again');
      this.#failing = false;
    } catch (error) {
      this.counts.failed++;
      this.#fail(error);
    }
    this.#sealInTime();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0 || this.#lost > 0) {
      if (this.#waiting.length === 0) {
        const count = this.#lost;
        this.#options.log.warn({ count }, `Lost ${count} lines of the audit trail: the disk was too slow or full`);
        this.#waiting.push(this.#options.lost(count));
        this.#lost = 0;
      }
      this.#waiting.splice(0, await this.#options.writer.write(this.#waiting));
    }
  }

  #fail(error: unknown): void {
    const { log, after } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    if (!this.#failing) {
      log.error(
        { reason },
        `Cannot write the audit trail: ${reason}; make room or mend the folder, it is tried every second`,
      );
    }
    this.#failing = true;
    this.#cancelRetry = after(RETRY_MS, () => void this.drain());
  }

  #sealInTime(): void {
    if (!this.#options.writer.unsealed) {
      this.#cancelSeal?.();
      this.#cancelSeal = undefined;
      return;
    }
    this.#cancelSeal ??= this.#options.after(this.#options.checkpointAfterMs, () => {
      this.#cancelSeal = undefined;
      void this.seal();
    });
  }
}
