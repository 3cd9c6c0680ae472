import { CallError } from '@callsheet/protocol';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import { Gcra, GcraCell } from '../limits/gcra.ts';

export interface NoveltyBudgetParts {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Characters of definitions that were compiled and kept because nobody knew them, since the start. */
  readonly spent: () => number;
}

const CHARACTERS = 1_024;
/** 16 KiB in a second, 2 MiB after a quiet time: a thousand tools at once, and after that a few in a minute. */
const RATE = new Gcra({ calls: 16, windowMs: 1_000, burst: 2_047 });
/** Owners who owe something. */
const MOST = 10_000;

/**
 * How much an owner of workers may bring that nobody has brought before. What is new is compiled on the event loop everybody
 * shares and kept until its worker is forgotten; what is known costs nothing, so a fleet of any size may come at once. Nobody
 * is refused for being large, only for coming again before it is paid off.
 */
export class NoveltyBudget {
  readonly #parts: NoveltyBudgetParts;
  readonly #debts = new LRUCache<string, GcraCell>({ max: MOST });

  constructor(parts: NoveltyBudgetParts) {
    this.#parts = parts;
  }

  /** Runs `define` at the owner's cost, also when it throws. @throws CallError RATE_LIMITED while the owner is in debt */
  spend<T>(owner: string, define: () => T): T {
    const { clock, spent } = this.#parts;
    const debt = this.#debts.get(owner) ?? new GcraCell(RATE);
    const retryAfterMs = debt.wait(clock.monotonic());
    if (retryAfterMs > 0) {
      throw new CallError(
        'RATE_LIMITED',
        `Cannot take more new tools of this owner now: too many came in a short time; wait ${retryAfterMs} ms`,
        { retryAfterMs },
      );
    }
    const before = spent();
    try {
      return define();
    } finally {
      const cost = Math.ceil((spent() - before) / CHARACTERS);
      if (cost > 0) {
        debt.charge(clock.monotonic(), cost);
        this.#debts.set(owner, debt);
      }
    }
  }
}
