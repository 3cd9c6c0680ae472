import { CallError } from '@callsheet/protocol';

export interface CapacityLimits {
  /** Jobs that may wait, all owners together. */
  readonly maxQueued: number;
  /** Jobs that may wait for one owner. */
  readonly maxQueuedPerPrincipal: number;
}

/** Counts the jobs that wait, so that a queue never grows without end. */
export class QueueCapacity {
  readonly #limits: CapacityLimits;
  readonly #waiting = new Map<string, number>();
  #total = 0;

  constructor(limits: CapacityLimits) {
    this.#limits = limits;
  }

  /** Takes a place for one job, or throws OVERLOADED. */
  admit(owner: string, retryAfterMs: number): void {
    const { maxQueued, maxQueuedPerPrincipal } = this.#limits;
    if ((this.#waiting.get(owner) ?? 0) >= maxQueuedPerPrincipal) {
      throw new CallError(
        'OVERLOADED',
        `Cannot queue the job: ${maxQueuedPerPrincipal} of yours already wait; try again later`,
        {
          retryAfterMs,
        },
      );
    }
    if (this.#total >= maxQueued) {
      throw new CallError('OVERLOADED', `Cannot queue the job: ${maxQueued} jobs already wait; try again later`, {
        retryAfterMs,
      });
    }
    this.occupy(owner);
  }

  /** Takes a place whatever the limits: for jobs that were accepted before a restart. */
  occupy(owner: string): void {
    this.#total += 1;
    this.#waiting.set(owner, (this.#waiting.get(owner) ?? 0) + 1);
  }

  /** Gives a place back: the job was started, canceled, or not accepted after all. */
  leave(owner: string): void {
    const rest = (this.#waiting.get(owner) ?? 0) - 1;
    this.#total -= 1;
    if (rest > 0) this.#waiting.set(owner, rest);
    else this.#waiting.delete(owner);
  }
}
