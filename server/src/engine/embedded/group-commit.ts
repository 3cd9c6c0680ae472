import { CallError } from '@callsheet/protocol';
import type { Driver } from './driver.ts';

export interface GroupCommitOptions {
  readonly driver: Pick<Driver, 'exec'>;
  /** Calls back when the current turn of the event loop has read what there was to read. */
  readonly turn: (callback: () => void) => void;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  /** Makes an answer of whatever the driver throws. */
  readonly explain: (error: unknown) => CallError;
  /** Writes in one transaction, at most. */
  readonly maxWrites: number;
  /** A batch that has taken this long is committed; the rest waits for the next turn, and sockets get theirs between. */
  readonly maxBatchMs: number;
  /** Statements that had run were taken back; whoever keeps in memory what they did must forget it. */
  readonly rolledBack: () => void;
}

/** One caller's share of a transaction, whatever it answers. */
interface Write {
  /** Runs its statements and keeps the answer. */
  perform(): void;
  /** The transaction is on disk. */
  committed(): void;
  /** Tells the caller the answer, or why there is none. */
  settle(refusal: CallError | undefined): void;
}

/**
 * Puts all writes of one turn of the event loop into one transaction: one sync of the disk pays for all of them, and
 * nobody hears of success before it.
 *
 * A write may run twice: when one of a batch fails after it changed something, the batch is rolled back and played
 * again with a savepoint around each. Savepoints for everybody would copy every page each time.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #waiting: Write[] = [];
  #scheduled = false;
  #closed = false;
  #inTransaction = false;
  #touched = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Writes that wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Queues `work`, which runs its statements synchronously, may be run more than once, and refuses by throwing. The
   * promise settles after the commit. `committed` is called before that, in the order of the writes.
   */
  write<T>(work: () => T, committed?: (value: T) => void): Promise<T> {
    if (this.#closed) {
      return Promise.reject(new CallError('UNAVAILABLE', 'Cannot write: the storage engine is closed'));
    }
    return new Promise<T>((resolve, reject) => {
      let answer: { readonly value: T } | undefined;
      this.#waiting.push({
        perform() {
          answer = { value: work() };
        },
        committed() {
          try {
            if (answer !== undefined) committed?.(answer.value);
          } catch (error) {
            // What is on disk stays there; the others of the batch must still hear of theirs.
            reject(error);
          }
        },
        settle(refusal) {
          if (refusal !== undefined) reject(refusal);
          else if (answer !== undefined) resolve(answer.value);
        },
      });
      this.#schedule();
    });
  }

  /** Called by every statement that changes something. Outside a transaction it would sync the disk by itself. */
  touch(): void {
    if (!this.#inTransaction) throw new Error('Statements that change something run inside write() only');
    this.#touched = true;
  }

  /** Commits what waits, then refuses everything. */
  close(): void {
    while (this.#waiting.length > 0) this.#commitBatch();
    this.#closed = true;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.turn(() => {
      this.#scheduled = false;
      if (this.#waiting.length > 0) this.#commitBatch();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #commitBatch(): void {
    const { driver, explain, maxWrites } = this.#options;
    const batch: Write[] = [];
    const refused = new Map<Write, CallError>();
    try {
      this.#begin();
      if (!this.#performTogether(batch, refused)) {
        this.#rollBack();
        refused.clear();
        this.#begin();
        for (const write of batch) this.#performApart(write, refused);
      }
      driver.exec('COMMIT');
      this.#inTransaction = false;
    } catch (error) {
      this.#rollBack();
      const reason = explain(error);
      if (batch.length === 0) batch.push(...this.#waiting.slice(0, maxWrites));
      for (const write of batch) refused.set(write, reason);
    }
    this.#waiting.splice(0, batch.length);
    for (const write of batch) if (!refused.has(write)) write.committed();
    for (const write of batch) write.settle(refused.get(write));
  }

  /**
   * Fills `batch` from the queue. Answers false when one of them failed after it changed something. One that refused
   * before it touched anything harms nobody.
   */
  #performTogether(batch: Write[], refused: Map<Write, CallError>): boolean {
    const { monotonic, maxBatchMs, maxWrites, explain } = this.#options;
    const end = monotonic() + maxBatchMs;
    for (const write of this.#waiting) {
      batch.push(write);
      this.#touched = false;
      try {
        write.perform();
      } catch (error) {
        const reason = explain(error);
        if (reason.errorName === 'STORAGE_FULL') throw reason;
        if (this.#touched) return false;
        refused.set(write, reason);
      }
      if (batch.length >= maxWrites || monotonic() >= end) break;
    }
    return true;
  }

  #performApart(write: Write, refused: Map<Write, CallError>): void {
    const { driver, explain, rolledBack } = this.#options;
    driver.exec('SAVEPOINT apart');
    try {
      write.perform();
    } catch (error) {
      const reason = explain(error);
      if (reason.errorName === 'STORAGE_FULL') throw reason;
      refused.set(write, reason);
      driver.exec('ROLLBACK TO apart');
      rolledBack();
    }
    driver.exec('RELEASE apart');
  }

  #begin(): void {
    this.#options.driver.exec('BEGIN IMMEDIATE');
    this.#inTransaction = true;
  }

  #rollBack(): void {
    if (!this.#inTransaction) return;
    this.#inTransaction = false;
    try {
      this.#options.driver.exec('ROLLBACK');
    } catch {
      // SQLite rolls back by itself after some faults, and then has nothing left to roll back.
    }
    this.#options.rolledBack();
  }
}
