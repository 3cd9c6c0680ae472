import type { Clock } from '../clock.ts';

/** Somebody with a deadline. The links are the deadlines' own. */
export abstract class Timed {
  /** By the clock's monotonic time. */
  dueAt = 0;
  queue: Queue | undefined;
  earlier: Timed | undefined;
  later: Timed | undefined;

  /** Its time has come. Must not throw. */
  abstract timeUp(): void;
}

/** Those with the same patience, so whoever came first is due first. */
interface Queue {
  readonly ms: number;
  first: Timed | undefined;
  last: Timed | undefined;
  /** Takes its appointment back; undefined while it calls out. */
  cancel: (() => void) | undefined;
}

/** Queues that are empty and still have their appointment: the next call of the same patience finds it made. */
const MOST_IDLE = 64;

/**
 * Deadlines of calls: exact, and far cheaper than a timer each. Most calls share a few timeouts, so there is one queue and one
 * appointment per timeout; to join and to leave is a link in a list. An appointment outlives those it was made for, and
 * moves on when it comes too early.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #queues = new Map<number, Queue>();
  #idle = 0;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `now` is the clock's monotonic time: the caller has just read it. */
  set(timed: Timed, ms: number, now: number): void {
    timed.dueAt = now + ms;
    const queue = this.#queues.get(ms) ?? this.#open(ms);
    const { last } = queue;
    timed.queue = queue;
    timed.earlier = last;
    queue.last = timed;
    if (last !== undefined) last.later = timed;
    else {
      if (queue.cancel !== undefined) this.#idle--;
      queue.first = timed;
    }
  }

  /** Without effect when there is none to take back. */
  clear(timed: Timed): void {
    const { queue } = timed;
    if (queue === undefined) return;
    unlink(timed, queue);
    // While it calls out, it looks itself whether anybody is left.
    if (queue.first !== undefined || queue.cancel === undefined) return;
    if (this.#closed || this.#idle >= MOST_IDLE) this.#drop(queue);
    else this.#idle++;
  }

  /** Nothing is kept for later any more. Deadlines that are set stay, and so do new ones. */
  close(): void {
    this.#closed = true;
    for (const queue of this.#queues.values()) if (queue.first === undefined) this.#drop(queue);
    this.#idle = 0;
  }

  #open(ms: number): Queue {
    const queue: Queue = { ms, first: undefined, last: undefined, cancel: undefined };
    this.#appoint(queue, ms);
    this.#queues.set(ms, queue);
    // Counted as idle until its first member joins, in a moment.
    this.#idle++;
    return queue;
  }

  #callOut(queue: Queue): void {
    queue.cancel = undefined;
    if (queue.first === undefined) this.#idle--;
    const now = this.#clock.monotonic();
    for (let timed = queue.first; timed !== undefined && timed.dueAt <= now; timed = queue.first) {
      unlink(timed, queue);
      timed.timeUp();
    }
    if (queue.first === undefined) this.#queues.delete(queue.ms);
    else this.#appoint(queue, queue.first.dueAt - now);
  }

  #appoint(queue: Queue, ms: number): void {
    // Whole: timers cut fractions off, and would call too early.
    queue.cancel = this.#clock.after(Math.ceil(ms), () => this.#callOut(queue));
  }

  #drop(queue: Queue): void {
    queue.cancel?.();
    this.#queues.delete(queue.ms);
  }
}

function unlink(timed: Timed, queue: Queue): void {
  const { earlier, later } = timed;
  if (earlier === undefined) queue.first = later;
  else earlier.later = later;
  if (later === undefined) queue.last = earlier;
  else later.earlier = earlier;
  timed.queue = undefined;
  timed.earlier = undefined;
  timed.later = undefined;
}
