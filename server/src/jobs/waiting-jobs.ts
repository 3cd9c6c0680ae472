import { FairQueue } from './fair-queue.ts';
import type { JobRecord } from './job-record.ts';
import type { SlotKind } from './job-tool.ts';

/**
 * Jobs that wait, each in two lines: for the slots of this process, and for a slot of its tool anywhere else. Turns are
 * counted for each line apart, so that who is served often in one is not served last in another.
 */
export class WaitingJobs {
  readonly #here: Readonly<Record<SlotKind, FairQueue<JobRecord>>> = { cpu: new FairQueue(), network: new FairQueue() };
  /** By tool, in the order of their turns. None is empty. */
  readonly #elsewhere = new Map<string, FairQueue<JobRecord>>();

  get size(): number {
    return this.#here.cpu.size + this.#here.network.size;
  }

  push(job: JobRecord, kind: SlotKind): void {
    this.#here[kind].push(job);
    this.#lineOf(job.tool).push(job);
  }

  /** In front of its owner's other jobs. */
  putBack(job: JobRecord, kind: SlotKind): void {
    this.#here[kind].putBack(job);
    this.#lineOf(job.tool).putBack(job);
  }

  /** Who gets the next slot of this process, jobs of the skipped tools aside. */
  nextHere(kind: SlotKind, skip: ReadonlySet<string>): JobRecord | undefined {
    return this.#here[kind].next(skip);
  }

  /** Who gets the next slot outside: higher priority first, then the tools take turns. */
  nextElsewhere(skip: ReadonlySet<string>): JobRecord | undefined {
    let next: JobRecord | undefined;
    for (const [tool, line] of this.#elsewhere) {
      const job = skip.has(tool) ? undefined : line.next();
      if (job !== undefined && (next === undefined || job.priority > next.priority)) next = job;
    }
    return next;
  }

  takeHere(job: JobRecord, kind: SlotKind): void {
    this.#here[kind].take(job.id);
    this.#leave(job, this.#elsewhere.get(job.tool));
  }

  takeElsewhere(job: JobRecord): void {
    this.#leaveHere(job.id);
    const line = this.#elsewhere.get(job.tool);
    line?.take(job.id);
    this.#elsewhere.delete(job.tool);
    if (line !== undefined && line.size > 0) this.#elsewhere.set(job.tool, line);
  }

  /** Takes one out of the middle; undefined when it does not wait. */
  remove(id: string): JobRecord | undefined {
    const job = this.#leaveHere(id);
    if (job !== undefined) this.#leave(job, this.#elsewhere.get(job.tool));
    return job;
  }

  /** 1 = next, as if this process had to run them all. */
  position(id: string): number | undefined {
    return this.#here.cpu.position(id) ?? this.#here.network.position(id);
  }

  #leaveHere(id: string): JobRecord | undefined {
    return this.#here.cpu.remove(id) ?? this.#here.network.remove(id);
  }

  #leave(job: JobRecord, line: FairQueue<JobRecord> | undefined): void {
    line?.remove(job.id);
    if (line?.size === 0) this.#elsewhere.delete(job.tool);
  }

  #lineOf(tool: string): FairQueue<JobRecord> {
    const line = this.#elsewhere.get(tool) ?? new FairQueue<JobRecord>();
    this.#elsewhere.set(tool, line);
    return line;
  }
}
