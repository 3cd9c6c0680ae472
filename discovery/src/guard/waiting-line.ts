import type { CallError } from '@callsheet/protocol';
import { Pace } from './pace.ts';
import { PassedSlots } from './passed-slots.ts';
import type { Slots } from './slots.ts';
import { TwoRanks } from './two-ranks.ts';

/** What a call that waits for a slot wants to hear; exactly one of the two, unless it cancels. */
export interface Wish {
  /** What is left of the caller's patience, in milliseconds. */
  readonly deadlineMs: number;
  /** A worker that must not be given: it has just failed this call. */
  readonly not?: Slots | undefined;
  /** Left out when any worker of the line will do. */
  readonly fits?: ((slots: Slots) => boolean) | undefined;
  /**
   * Whether to take a slot of this worker, which has other calls already, rather than to wait for another about as long as the
   * line takes, `waitMs`. Nobody is asked about a worker without calls. Left out when any slot will do.
   */
  readonly welcomes?: ((slots: Slots, waitMs: number) => boolean) | undefined;
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

/** When nothing is known of the pace yet. */
const UNKNOWN_MS = 1_000;
const LEAST_MS = 50;
/** Whoever comes asks about no more workers than this; the others' turn to be asked about comes while it waits. */
const MOST_ASKED = 8;

/**
 * The calls that wait for one tool, and how fast the line moves. Owners take turns, and each one's calls go in the order they
 * came: so nobody waits behind a hundred calls of somebody else. A call that comes again, because a worker failed it, came
 * before all that are there now and have not been anywhere.
 */
export class WaitingLine {
  readonly tool: string;
  /** Who serves the tool. */
  readonly workers = new Set<Slots>();
  /** Those of them with a free slot that was not welcome. */
  readonly passed = new PassedSlots();
  /** By owner, in the order of their turns. None is empty. */
  readonly #owners = new Map<string | undefined, TwoRanks<Waiter>>();
  #length = 0;
  /** Waiters who do not take just any worker. */
  #choosy = 0;
  readonly #pace = new Pace();

  constructor(tool: string) {
    this.tool = tool;
  }

  get length(): number {
    return this.#length;
  }

  join(waiter: Waiter): void {
    const { owner, not } = waiter.wish;
    if (this.#length === 0) this.#pace.pause();
    const own = this.#owners.get(owner) ?? new TwoRanks();
    own.add(waiter, not !== undefined);
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

  /** The worker no longer serves the tool. */
  remove(slots: Slots): void {
    this.workers.delete(slots);
    this.passed.delete(slots);
  }

  /**
   * A free slot for somebody who just came. While others wait there is none, as every free slot was handed on to them, unless
   * it is of a worker they must not be given or do not want.
   */
  freeFor(wish: Wish): Slots | undefined {
    if (this.#length > this.#choosy) return undefined;
    let asked = 0;
    for (const slots of this.workers) {
      if (!slots.canOffer || !takes(wish, slots)) continue;
      if (slots.inUse === 0 || wish.welcomes === undefined) return slots;
      if (asked < MOST_ASKED && wish.welcomes(slots, 0)) return slots;
      asked++;
      this.passed.add(slots);
    }
    return undefined;
  }

  /** Whose turn it is of those who may have a slot of this worker; nobody when it is not welcome to that one. */
  first(slots: Slots): Waiter | undefined {
    for (const own of this.#owners.values()) {
      const waiter = own.find(({ wish }) => takes(wish, slots));
      if (waiter === undefined) continue;
      const waitMs = this.#pace.msFor(this.#length) ?? 0;
      if (slots.inUse === 0 || waiter.wish.welcomes?.(slots, waitMs) !== false) return waiter;
      this.passed.add(slots);
      return undefined;
    }
    return undefined;
  }

  /** A free slot that was not welcome, for somebody who would be refused otherwise. */
  lastResort(wish: Wish): Slots | undefined {
    return this.passed.find((slots) => takes(wish, slots));
  }

  /**
   * Who has to go for a call of this owner where the line is full: the newest of whoever has most places, when that are at
   * least two more than this owner has.
   */
  oneTooMany(owner: string | undefined): Waiter | undefined {
    let most = (this.#owners.get(owner)?.size ?? 0) + 1;
    let greedy: TwoRanks<Waiter> | undefined;
    for (const own of this.#owners.values()) {
      if (own.size <= most) continue;
      most = own.size;
      greedy = own;
    }
    return greedy?.last;
  }

  /** It got a slot: the next turn of its owner is the last. */
  moved({ wish: { owner } }: Waiter, now: number): void {
    const own = this.#owners.get(owner);
    if (own !== undefined) {
      this.#owners.delete(owner);
      this.#owners.set(owner, own);
    }
    this.#pace.moved(now);
  }

  /** When somebody who comes now would have had a slot, in milliseconds, as far as the line's pace tells. */
  retryAfterMs(mostMs: number): number {
    const ms = Math.max(LEAST_MS, this.#pace.msFor(this.#length + 1) ?? UNKNOWN_MS);
    return Math.ceil(Math.min(ms, mostMs));
  }
}

function isChoosy({ not, fits }: Wish): boolean {
  return not !== undefined || fits !== undefined;
}

function takes(wish: Wish, slots: Slots): boolean {
  return wish.not !== slots && (wish.fits === undefined || wish.fits(slots));
}
