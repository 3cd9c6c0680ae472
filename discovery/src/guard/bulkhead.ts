import { CallError } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import { type SlotSource, Slots } from './slots.ts';
import { type Waiter, WaitingLine, type Wish } from './waiting-line.ts';
import { within } from './within.ts';

export interface BulkheadOptions {
  readonly clock: Clock;
  /** Calls that may wait for one tool. Usual: 100. 0 refuses at once what finds no slot. */
  readonly lineLimit?: number;
  /** The longest wait. Usual: 5,000. Longer hides an overload from those who could slow down. */
  readonly longestWaitMs?: number;
}

/**
 * Slots for each worker, and a bounded line for each tool, in which owners take turns. A slot that becomes free goes to
 * whoever has waited longest of those whose turn it is among the tools of its worker. What finds no slot hears when to try
 * again, and has not run.
 *
 * A slot may be unwelcome, while somewhere else it goes faster even with the wait. Three things keep anybody from waiting
 * beside a free slot for nothing: a worker without calls is never passed over; a slot passed over is offered again when its
 * worker ends a call and, one at a time, whenever another does, since then costs change; and who would be refused takes it.
 */
export class Bulkhead {
  readonly longestWaitMs: number;
  readonly #clock: Clock;
  readonly #lineLimit: number;
  readonly #lines = new Map<string, WaitingLine>();
  readonly #source: SlotSource = { handOn: (slots) => this.#handOn(slots) };
  #arrivals = 0;
  #waiting = 0;

  /** @throws RangeError for an option outside its range */
  constructor(options: BulkheadOptions) {
    this.#clock = options.clock;
    this.#lineLimit = within('lineLimit', options.lineLimit ?? 100, 0, 1_000_000);
    this.longestWaitMs = within('longestWaitMs', options.longestWaitMs ?? 5_000, 0, 3_600_000);
  }

  /** Tools somebody serves or waits for. */
  get size(): number {
    return this.#lines.size;
  }

  waiting(tool: string): number {
    return this.#lines.get(tool)?.length ?? 0;
  }

  /** A worker that brings slots. Those who wait for its tools get them at once, unless it is not `offered` yet. */
  join(id: string, limit: number, tools: readonly string[], offered = true): Slots {
    const slots = new Slots(id, within('slots', limit, 0, 1_000_000), tools, this.#source, offered);
    for (const tool of slots.tools) this.#line(tool).workers.add(slots);
    this.#handOn(slots);
    return slots;
  }

  /** The worker serves other tools from now on; what runs there keeps its slots. */
  serve(slots: Slots, tools: readonly string[]): void {
    this.#withdraw(slots);
    slots.tools = [...new Set(tools)];
    for (const tool of slots.tools) this.#line(tool).workers.add(slots);
    this.#handOn(slots);
  }

  /** The worker is gone; calls that hold its slots still release them. */
  leave(slots: Slots): void {
    slots.offer(false);
    this.#withdraw(slots);
    slots.tools = [];
  }

  /** Those who serve the tool are not the same any more: what was not welcome may be now. Costs a walk over them. */
  reconsider(tool: string): void {
    for (const slots of this.#lines.get(tool)?.passed.takeAll() ?? []) this.#offer(slots);
  }

  /**
   * Waits for a slot of any worker that serves the tool, even when there is no worker at the moment: one may be on its way
   * back. `admit` comes at once when a slot is free. `refuse` hears OVERLOADED with `retryAfterMs` when the line is full or
   * the longest wait is over, and DEADLINE_EXCEEDED when the caller's patience is.
   *
   * @returns leaves the line; without effect when the wish has been answered
   */
  wait(tool: string, wish: Wish): () => void {
    const line = this.#line(tool);
    const crowded = line.length >= this.#lineLimit;
    const free =
      wish.deadlineMs > 0 ? (line.freeFor(wish) ?? (crowded ? line.lastResort(wish) : undefined)) : undefined;
    if (free?.take() === true) {
      wish.admit(free);
      return () => undefined;
    }
    const ousted = crowded && wish.deadlineMs > 0 ? line.oneTooMany(wish.owner) : undefined;
    if ((crowded && ousted === undefined) || wish.deadlineMs <= 0) {
      const error = wish.deadlineMs <= 0 ? this.#tooLate(line, wish) : this.#lineIsFull(line, wish);
      this.#forget(line);
      wish.refuse(error);
      return () => undefined;
    }
    const patience = Math.min(wish.deadlineMs, this.longestWaitMs);
    const waiter: Waiter = { wish, line, number: this.#arrivals++, cancelTimer: () => undefined };
    line.join(waiter);
    this.#waiting++;
    if (ousted !== undefined && this.#leaves(ousted)) ousted.wish.refuse(this.#lineIsFull(line, ousted.wish));
    waiter.cancelTimer = this.#clock.after(patience, () => {
      if (!this.#leaves(waiter)) return;
      const hasTime = patience < wish.deadlineMs;
      const passed = hasTime ? line.lastResort(wish) : undefined;
      if (passed?.take() === true) wish.admit(passed);
      else wish.refuse(hasTime ? this.#waitedLong(line, wish) : this.#tooLate(line, wish));
    });
    return () => this.#leaves(waiter);
  }

  #handOn(slots: Slots): void {
    this.#offer(slots);
    if (this.#waiting === 0) return;
    for (const tool of slots.tools) {
      const passed = this.#lines.get(tool)?.passed.next(slots);
      if (passed !== undefined) this.#offer(passed);
    }
  }

  #offer(slots: Slots): void {
    while (this.#waiting > 0 && slots.canOffer) {
      let next: Waiter | undefined;
      for (const tool of slots.tools) {
        const first = this.#lines.get(tool)?.first(slots);
        if (first !== undefined && (next === undefined || first.number < next.number)) next = first;
      }
      if (next === undefined) return;
      slots.take();
      next.line.moved(next, this.#clock.monotonic());
      this.#leaves(next);
      next.wish.admit(slots);
    }
  }

  #leaves(waiter: Waiter): boolean {
    if (!waiter.line.leave(waiter)) return false;
    waiter.cancelTimer();
    this.#waiting--;
    this.#forget(waiter.line);
    return true;
  }

  #line(tool: string): WaitingLine {
    const known = this.#lines.get(tool);
    if (known !== undefined) return known;
    const line = new WaitingLine(tool);
    this.#lines.set(tool, line);
    return line;
  }

  #forget(line: WaitingLine): void {
    if (line.workers.size === 0 && line.length === 0 && this.#lines.get(line.tool) === line)
      this.#lines.delete(line.tool);
  }

  #withdraw(slots: Slots): void {
    for (const tool of slots.tools) {
      const line = this.#line(tool);
      line.remove(slots);
      this.#forget(line);
    }
  }

  #lineIsFull(line: WaitingLine, wish: Wish): CallError {
    return this.#busy(line, wish, `${line.length} calls already wait for it`);
  }

  #waitedLong(line: WaitingLine, wish: Wish): CallError {
    return this.#busy(line, wish, `no worker had a free slot for ${this.longestWaitMs} ms`);
  }

  #busy(line: WaitingLine, { tool = line.tool }: Wish, why: string): CallError {
    const retryAfterMs = line.retryAfterMs(this.longestWaitMs);
    const words = `The tool "${tool}" is busy: ${why}; retry after ${retryAfterMs} ms`;
    return new CallError('OVERLOADED', words, { retryAfterMs, maybeExecuted: false });
  }

  #tooLate(line: WaitingLine, { tool = line.tool, deadlineMs }: Wish): CallError {
    const patience = Math.max(0, Math.round(deadlineMs));
    return new CallError(
      'DEADLINE_EXCEEDED',
      `Cannot run the tool "${tool}" in time: no worker had a free slot within the ${patience} ms that were left; give it longer`,
      { retryable: true, maybeExecuted: false, retryAfterMs: line.retryAfterMs(this.longestWaitMs) },
    );
  }
}
