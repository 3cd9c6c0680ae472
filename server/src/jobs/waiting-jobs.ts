import { FairQueue } from './fair-queue.ts';
import type { JobRecord } from './job-record.ts';
import type { SlotKind } from './job-tool.ts';
import { lineOf } from './line.ts';

/**
 * Jobs that wait, each in two lines: for the slots of this process, and for a slot of a worker it may have anywhere else. Turns are
 * counted for each line apart, so that who is served often in one is not served last in another.
 */
export class WaitingJobs {
  readonly #here: Readonly<Record<SlotKind, FairQueue<JobRecord>>> = { cpu: new FairQueue(), network: new FairQueue() };
  /** By `lineOf`, in the order of their turns. None is empty. */
  readonly #elsewhere = new Map<string, FairQueue<JobRecord>>();

  get size(): number {
    return this.#here.cpu.size + this.#here.network.size;
  }

  /** How many lines there are for slots elsewhere. */
  get lines(): number {
    return this.#elsewhere.size;
  }

  has(line: string): boolean {
    return this.#elsewhere.has(line);
  }

  push(job: JobRecord, kind: SlotKind): void {
    this.#here[kind].push(job);
    this.#lineFor(job).push(job);
  }

  /** In front of its owner's other jobs. */
  putBack(job: JobRecord, kind: SlotKind): void {
    this.#here[kind].putBack(job);
    this.#lineFor(job).putBack(job);
  }

  /** Who gets the next slot of this process, jobs of the skipped lines aside. */
  nextHere(kind: SlotKind, skip: ReadonlySet<string>): JobRecord | undefined {
    return this.#here[kind].next(skip);
  }

  /** Who gets the next slot outside: higher priority first, then the lines take turns. */
  nextElsewhere(skip: ReadonlySet<string>): JobRecord | undefined {
    let next: JobRecord | undefined;
    for (const [name, line] of this.#elsewhere) {
      const job = skip.has(name) ? undefined : line.next();
      if (job !== undefined && (next === undefined || job.priority > next.priority)) next = job;
    }
    return next;
  }

  takeHere(job: JobRecord, kind: SlotKind): void {
    this.#here[kind].take(job.id);
    this.#leaveElsewhere(job);
  }

  takeElsewhere(job: JobRecord): void {
    this.#leaveHere(job.id);
    const name = lineOf(job);
    const line = this.#elsewhere.get(name);
    line?.take(job.id);
    this.#elsewhere.delete(name);
    if (line !== undefined && line.size > 0) this.#elsewhere.set(name, line);
  }

  /** Takes one out of the middle; undefined when it does not wait. */
  remove(id: string): JobRecord | undefined {
    const job = this.#leaveHere(id);
    if (job !== undefined) this.#leaveElsewhere(job);
    return job;
  }

  /** 1 = next, as if this process had to run them all. */
  position(id: string): number | undefined {
    return this.#here.cpu.position(id) ?? this.#here.network.position(id);
  }

  #leaveHere(id: string): JobRecord | undefined {
    return this.#here.cpu.remove(id) ?? this.#here.network.remove(id);
  }

  #leaveElsewhere(job: JobRecord): void {
    const name = lineOf(job);
    const line = this.#elsewhere.get(name);
    line?.remove(job.id);
    if (line?.size === 0) this.#elsewhere.delete(name);
  }

  #lineFor(job: JobRecord): FairQueue<JobRecord> {
    const name = lineOf(job);
    const line = this.#elsewhere.get(name) ?? new FairQueue<JobRecord>();
    this.#elsewhere.set(name, line);
    return line;
  }
}
