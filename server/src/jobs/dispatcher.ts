import { CallError, type Tool, type ToolLog } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { Attempt } from './attempt.ts';
import type { QueueCapacity } from './capacity.ts';
import { FairQueue } from './fair-queue.ts';
import type { JobRecord } from './job-record.ts';

/** The queue a job waits in. */
export type SlotKind = NonNullable<Tool['slots']>;

export interface DispatcherParts {
  /** Jobs that run at once, of each kind. */
  readonly slots: Readonly<Record<SlotKind, number>>;
  readonly clock: Clock;
  readonly log: ToolLog;
  readonly createAttempt: (job: JobRecord) => Attempt;
  /** Places of the queue; whoever enqueues has taken one. */
  readonly capacity: QueueCapacity;
}

/** How long to wait after the ledger could not note a start: the disk is full, or worse. */
const PAUSE_MS = 1_000;

/** Gives slots to waiting jobs. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #queues: Readonly<Record<SlotKind, FairQueue<JobRecord>>> = {
    cpu: new FairQueue(),
    network: new FairQueue(),
  };
  readonly #free: Record<SlotKind, number>;
  /** The newest attempt of each job that runs. */
  readonly #running = new Map<string, Attempt>();
  /** Everything that is still going on, attempts that were stopped among them. */
  readonly #lives = new Map<Attempt, Promise<void>>();
  #stopped = false;
  #resume: (() => void) | undefined;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#free = { ...parts.slots };
  }

  get queued(): number {
    return this.#queues.cpu.size + this.#queues.network.size;
  }

  get running(): number {
    return this.#running.size;
  }

  enqueue(job: JobRecord, slot: SlotKind): void {
    this.#queues[slot].push(job);
    this.#pump(slot);
  }

  /** 1 = next. */
  position(id: string): number | undefined {
    return this.#queues.cpu.position(id) ?? this.#queues.network.position(id);
  }

  attemptOf(id: string): Attempt | undefined {
    return this.#running.get(id);
  }

  /** Takes a job out of the queue, or stops its attempt. */
  cancel(id: string, reason: CallError): void {
    const waiting = this.#queues.cpu.remove(id) ?? this.#queues.network.remove(id);
    if (waiting !== undefined) this.#parts.capacity.leave(waiting.principal.id);
    this.#running.get(id)?.cancel(reason);
    this.#running.delete(id);
  }

  /**
   * Starts nothing more, waits up to `deadlineMs` for what runs, and stops the rest without an outcome. Resolves when
   * every tool has settled or has had its grace.
   */
  async drain(deadlineMs: number): Promise<void> {
    this.#stopped = true;
    this.#resume?.();
    const all = Promise.all(this.#lives.values());
    let cancel = (): void => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#parts.clock.after(deadlineMs, resolve);
    });
    await Promise.race([all, late]);
    cancel();
    const reason = new CallError('DRAINING', 'The gateway is going down; the job goes on at its next start');
    for (const attempt of this.#lives.keys()) attempt.abandon(reason);
    await all;
  }

  #pump(slot: SlotKind): void {
    while (!this.#stopped && this.#resume === undefined && this.#free[slot] > 0) {
      const job = this.#queues[slot].take();
      if (job === undefined) return;
      this.#parts.capacity.leave(job.principal.id);
      const attempt = this.#parts.createAttempt(job);
      this.#free[slot] -= 1;
      this.#running.set(job.id, attempt);
      this.#lives.set(attempt, this.#live(job, slot, attempt));
    }
  }

  async #live(job: JobRecord, slot: SlotKind, attempt: Attempt): Promise<void> {
    try {
      await attempt.run();
    } catch (error) {
      this.#postpone(job, slot, error);
    }
    this.#free[slot] += 1;
    this.#pump(slot);
    await attempt.recorded;
    if (this.#running.get(job.id) === attempt) this.#running.delete(job.id);
    this.#lives.delete(attempt);
  }

  /** The ledger could not note the start, so nothing was started. */
  #postpone(job: JobRecord, slot: SlotKind, error: unknown): void {
    if (this.#stopped) return;
    const { capacity, clock, log } = this.#parts;
    capacity.occupy(job.principal.id);
    this.#queues[slot].putBack(job);
    log.error({ jobId: job.id, fault: String(error), pauseMs: PAUSE_MS }, 'could not start a job; will try again');
    this.#resume ??= clock.after(PAUSE_MS, () => {
      this.#resume = undefined;
      this.#pump('cpu');
      this.#pump('network');
    });
  }
}
