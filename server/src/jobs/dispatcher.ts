import { CallError, type ToolLog } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { Attempt, Resumed } from './attempt.ts';
import type { QueueCapacity } from './capacity.ts';
import type { JobRecord, JobTerms } from './job-record.ts';
import type { JobTool, SlotKind } from './job-tool.ts';
import { lineOf, type Placed } from './line.ts';
import type { Persistence } from './persistence.ts';
import type { JobPlace, JobPlaces } from './places.ts';
import { Refusals } from './refusals.ts';
import { WaitingJobs } from './waiting-jobs.ts';

export interface DispatcherParts {
  /** Jobs that run at once in this process, of each kind. */
  readonly slots: Readonly<Record<SlotKind, number>>;
  readonly places: JobPlaces;
  readonly tools: (name: string, route?: JobTerms['route']) => JobTool | undefined;
  readonly clock: Clock;
  readonly log: ToolLog;
  readonly createAttempt: (job: JobRecord, tool: JobTool, place: JobPlace) => Attempt;
  /** Places of the queue; whoever enqueues has taken one. */
  readonly capacity: QueueCapacity;
  readonly persistence: Persistence;
}

/** How long to wait after the ledger could not note a start: the disk is full, or worse. */
const PAUSE_MS = 1_000;
/** Whenever there is room each line is asked, and callers choose what they ask for: so there is a bound. */
const MOST_LINES = 64;
const KINDS: readonly SlotKind[] = ['cpu', 'network'];

/**
 * Gives places to waiting jobs: first those of workers outside, which is what they are there for, then the slots of this
 * process. A job nobody can run now waits without bound, and nobody waits behind it.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #waiting = new WaitingJobs();
  readonly #refusals: Refusals;
  readonly #free: Record<SlotKind, number>;
  /** Lines of jobs that had no place at the last look; nothing but `onRoom` can have changed that. */
  readonly #noneElsewhere = new Set<string>();
  readonly #noneHere = new Set<string>();
  /** The newest attempt of each job that runs. */
  readonly #running = new Map<string, Attempt>();
  /** Everything that is still going on, attempts that were stopped among them. */
  readonly #lives = new Map<Attempt, Promise<void>>();
  readonly #stopListening: () => void;
  #stopped = false;
  #resume: (() => void) | undefined;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#free = { ...parts.slots };
    this.#refusals = new Refusals(parts.clock);
    this.#stopListening = parts.places.onRoom(() => this.#lookAgain());
  }

  get queued(): number {
    return this.#waiting.size;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Refuses a job that would need a line of its own when there are too many. @throws CallError OVERLOADED */
  admit(job: Placed, retryAfterMs: number): void {
    const line = lineOf(job);
    if (line === job.tool || this.#waiting.lines < MOST_LINES || this.#waiting.has(line)) return;
    const sentence = `Cannot queue the job: those that wait ask for ${MOST_LINES} different kinds of workers; leave tags and version out, or try again later`;
    throw new CallError('OVERLOADED', sentence, { retryAfterMs });
  }

  enqueue(job: JobRecord): void {
    // Who comes alone need not wait to be called.
    if (this.#waiting.size === 0 && this.#startsAtOnce(job)) return;
    this.#waiting.push(job, this.kindOf(job.tool));
    this.#pump();
  }

  /** A job waits again whose attempt did not end it. */
  enqueueAgain(job: JobRecord): void {
    this.#waiting.putBack(job, this.kindOf(job.tool));
    this.#pump();
  }

  kindOf(tool: string): SlotKind {
    return this.#parts.tools(tool)?.slots ?? 'cpu';
  }

  /** 1 = next, as if this process had to run them all. */
  position(id: string): number | undefined {
    return this.#waiting.position(id);
  }

  attemptOf(id: string): Attempt | undefined {
    return this.#running.get(id);
  }

  /** Goes on with an attempt that runs outside already. A gateway that goes down lets go of it at once, and stops nothing. */
  adopt(job: JobRecord, attempt: Attempt, resumed: Resumed): void {
    this.#begin(job, attempt, undefined, () => attempt.resume(resumed));
    if (this.#stopped) attempt.abandon(goingDown());
  }

  /** Takes a job out of the queue, or stops its attempt. */
  cancel(id: string, reason: CallError): void {
    const waiting = this.#waiting.remove(id);
    if (waiting !== undefined) this.#parts.capacity.leave(waiting.principal.id);
    this.#running.get(id)?.cancel(reason);
    this.#running.delete(id);
  }

  /**
   * Starts nothing more, waits up to `deadlineMs` for what runs in this process, stops the rest of it without an outcome, and
   * lets go of what runs outside. Resolves when every tool has settled or has had its grace.
   */
  async drain(deadlineMs: number): Promise<void> {
    this.#stopped = true;
    this.#resume?.();
    this.#refusals.close();
    this.#stopListening();
    const mine = [...this.#lives].flatMap(([attempt, life]) => (attempt.away ? [] : [life]));
    let cancel = (): void => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#parts.clock.after(deadlineMs, resolve);
    });
    await Promise.race([Promise.all(mine), late]);
    cancel();
    this.#parts.persistence.giveUp();
    for (const attempt of this.#lives.keys()) attempt.abandon(goingDown());
    await Promise.all(this.#lives.values());
  }

  #lookAgain(): void {
    this.#noneElsewhere.clear();
    this.#noneHere.clear();
    this.#pump();
  }

  #pump(): void {
    if (this.#waiting.size === 0) return;
    this.#fillElsewhere();
    for (const kind of KINDS) this.#fillHere(kind);
  }

  get #mayStart(): boolean {
    return !this.#stopped && this.#resume === undefined;
  }

  #fillElsewhere(): void {
    while (this.#mayStart) {
      const job = this.#waiting.nextElsewhere(this.#noneElsewhere);
      if (job === undefined) return;
      const tool = this.#toolOf(job);
      const place = this.#elsewhere(job, tool);
      if (tool === undefined || place === undefined) continue;
      this.#waiting.takeElsewhere(job);
      this.#start(job, tool, place);
    }
  }

  #fillHere(kind: SlotKind): void {
    while (this.#mayStart && this.#free[kind] > 0) {
      const job = this.#waiting.nextHere(kind, this.#noneHere);
      if (job === undefined) return;
      const tool = this.#toolOf(job);
      const place = this.#here(job, tool);
      if (tool === undefined || place === undefined) continue;
      this.#waiting.takeHere(job, kind);
      this.#start(job, tool, place, kind);
    }
  }

  #startsAtOnce(job: JobRecord): boolean {
    const tool = this.#toolOf(job);
    if (tool === undefined || !this.#mayStart) return false;
    const kind = this.kindOf(job.tool);
    const elsewhere = this.#elsewhere(job, tool);
    const place = elsewhere ?? (this.#free[kind] > 0 ? this.#here(job, tool) : undefined);
    if (place === undefined) return false;
    this.#start(job, tool, place, elsewhere === undefined ? kind : undefined);
    return true;
  }

  #toolOf({ tool, terms: { route } }: JobRecord): JobTool | undefined {
    return this.#parts.tools(tool, route);
  }

  #elsewhere(job: JobRecord, tool: JobTool | undefined): JobPlace | undefined {
    const line = lineOf(job);
    if (this.#noneElsewhere.has(line)) return undefined;
    const { places } = this.#parts;
    const place = tool && !this.#refusals.pauses(job.tool) ? places.elsewhere(tool, job.terms.route) : undefined;
    if (place === undefined) this.#noneElsewhere.add(line);
    return place;
  }

  #here(job: JobRecord, tool: JobTool | undefined): JobPlace | undefined {
    const line = lineOf(job);
    if (this.#noneHere.has(line)) return undefined;
    const place = tool && this.#parts.places.here(tool, job.terms.route);
    if (place === undefined) this.#noneHere.add(line);
    return place;
  }

  #start(job: JobRecord, tool: JobTool, place: JobPlace, kind?: SlotKind): void {
    this.#parts.capacity.leave(job.principal.id);
    const attempt = this.#parts.createAttempt(job, tool, place);
    this.#begin(job, attempt, kind, () => attempt.run());
  }

  #begin(job: JobRecord, attempt: Attempt, kind: SlotKind | undefined, run: () => Promise<void>): void {
    if (kind !== undefined) this.#free[kind] -= 1;
    this.#running.set(job.id, attempt);
    this.#lives.set(attempt, this.#live(job, attempt, kind, run));
  }

  async #live(job: JobRecord, attempt: Attempt, kind: SlotKind | undefined, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#postpone(job, error);
    }
    if (kind !== undefined) this.#free[kind] += 1;
    if (attempt.away) this.#learn(job.tool, attempt);
    this.#pump();
    await attempt.recorded;
    if (this.#running.get(job.id) === attempt) this.#running.delete(job.id);
    this.#lives.delete(attempt);
  }

  #learn(tool: string, { refusal }: Attempt): void {
    if (refusal === undefined) this.#refusals.taken(tool);
    else if (!this.#stopped) this.#refusals.refused(tool, refusal.data?.retryAfterMs, () => this.#lookAgain());
  }

  /** The ledger could not note the start, so nothing was started. */
  #postpone(job: JobRecord, error: unknown): void {
    if (this.#stopped) return;
    const { capacity, clock, log } = this.#parts;
    capacity.occupy(job.principal.id);
    this.#waiting.putBack(job, this.kindOf(job.tool));
    log.error({ jobId: job.id, fault: String(error), pauseMs: PAUSE_MS }, 'could not start a job; will try again');
    this.#resume ??= clock.after(PAUSE_MS, () => {
      this.#resume = undefined;
      this.#pump();
    });
  }
}

function goingDown(): CallError {
  return new CallError('DRAINING', 'The gateway is going down; the job goes on at its next start');
}
