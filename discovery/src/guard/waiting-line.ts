import type { CallError } from '@callsheet/protocol';
import type { Slots } from './slots.ts';

/** What a call that waits for a slot wants to hear; exactly one of the two, unless it cancels. */
export interface Wish {
  /** What is left of the caller's patience, in milliseconds. */
  readonly deadlineMs: number;
  /** A worker that must not be given: it has just failed this call. */
  readonly not?: Slots | undefined;
  /** Left out when any worker of the line will do. */
  readonly fits?: ((slots: Slots) => boolean) | undefined;
  /** Whose it is. Those of one owner take turns with those of the others; who says nothing is one owner. */
  readonly owner?: string | undefined;
  /** How errors call what is waited for; the name of the line when left out. */
  readonly tool?: string | undefined;
  /** A slot of this worker is taken for the call, which has to release it. */
  admit(slots: Slots): void;
  /** No slot in time; may come before `wait` has answered. */
  refuse(error: CallError): void;
}

export interface Waiter {
  readonly wish: Wish;
  readonly line: WaitingLine;
  /** Its place in the order of arrival over all lines. */
  readonly number: number;
  cancelTimer: () => void;
}

/** How much the newest gap counts in the pace. */
const NEWEST = 0.2;
/** When nothing is known of the pace yet. */
const UNKNOWN_MS = 1_000;
const LEAST_MS = 50;

/**
 * The calls that wait for one tool, and how fast the line moves. Owners take turns, and each one's calls go in the order they
 * came: so nobody waits behind a hundred calls of somebody else.
 */
export class WaitingLine {
  readonly tool: string;
  /** Who serves the tool. */
  readonly workers = new Set<Slots>();
  /** By owner, in the order of their turns. None is empty. */
  readonly #owners = new Map<string | undefined, Set<Waiter>>();
  #length = 0;
  /** Waiters who do not take just any worker. */
  #choosy = 0;
  #gapMs: number | undefined;
  #lastAt: number | undefined;

  constructor(tool: string) {
    this.tool = tool;
  }

  get length(): number {
    return this.#length;
  }

  join(waiter: Waiter): void {
    const { owner } = waiter.wish;
    // A pause in which nobody waited says nothing of how fast the line moves.
    if (this.#length === 0) this.#lastAt = undefined;
    const own = this.#owners.get(owner) ?? new Set();
    own.add(waiter);
    this.#owners.set(owner, own);
    this.#length++;
    if (isChoosy(waiter.wish)) this.#choosy++;
  }

  leave(waiter: Waiter): boolean {
    const { owner } = waiter.wish;
    const own = this.#owners.get(owner);
    if (own?.delete(waiter) !== true) return false;
    if (own.size === 0) this.#owners.delete(owner);
    this.#length--;
    if (isChoosy(waiter.wish)) this.#choosy--;
    return true;
  }

  /**
   * A free slot for somebody who just came. While others wait there is none, as every free slot was handed on to them, unless
   * it is of a worker they must not be given or do not want.
   */
  freeFor(wish: Wish): Slots | undefined {
    if (this.#length > this.#choosy) return undefined;
    for (const slots of this.workers) if (slots.canOffer && takes(wish, slots)) return slots;
    return undefined;
  }

  /** Whose turn it is of those who may have a slot of this worker. */
  first(slots: Slots): Waiter | undefined {
    for (const own of this.#owners.values()) for (const waiter of own) if (takes(waiter.wish, slots)) return waiter;
    return undefined;
  }

  /**
   * Who has to go for a call of this owner where the line is full: the newest of whoever has most places, when that are at
   * least two more than this owner has.
   */
  oneTooMany(owner: string | undefined): Waiter | undefined {
    let most = (this.#owners.get(owner)?.size ?? 0) + 1;
    let greedy: ReadonlySet<Waiter> = new Set();
    for (const own of this.#owners.values()) {
      if (own.size <= most) continue;
      most = own.size;
      greedy = own;
    }
    return [...greedy].at(-1);
  }

  /** It got a slot: the next turn of its owner is the last. */
  moved({ wish: { owner } }: Waiter, now: number): void {
    const own = this.#owners.get(owner);
    if (own !== undefined) {
      this.#owners.delete(owner);
      this.#owners.set(owner, own);
    }
    if (this.#lastAt !== undefined) {
      const gap = now - this.#lastAt;
      this.#gapMs = this.#gapMs === undefined ? gap : this.#gapMs + NEWEST * (gap - this.#gapMs);
    }
    this.#lastAt = now;
  }

  /** When somebody who comes now would have had a slot, in milliseconds, as far as the line's pace tells. */
  retryAfterMs(mostMs: number): number {
    if (this.#gapMs === undefined) return Math.min(UNKNOWN_MS, mostMs);
    return Math.ceil(Math.min(Math.max(this.#gapMs * (this.#length + 1), LEAST_MS), mostMs));
  }
}

function isChoosy({ not, fits }: Wish): boolean {
  return not !== undefined || fits !== undefined;
}

function takes(wish: Wish, slots: Slots): boolean {
  return wish.not !== slots && (wish.fits === undefined || wish.fits(slots));
}
