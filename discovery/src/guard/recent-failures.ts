import type { ErrorName } from '@callsheet/protocol';
import type { Failure } from './guard.ts';

/** Enough to see what is wrong, little enough to keep for every worker. */
const MOST = 5;

interface Remembered {
  readonly at: number;
  readonly outcome: 'hard' | 'soft';
  readonly error: ErrorName | undefined;
}

/** The last failures of one worker, the oldest first. */
export class RecentFailures {
  readonly #failures: Remembered[] = [];

  add(at: number, outcome: 'hard' | 'soft', error: ErrorName | undefined): void {
    if (this.#failures.length === MOST) this.#failures.shift();
    this.#failures.push({ at, outcome, error });
  }

  list(now: number): Failure[] {
    return this.#failures.map(({ at, outcome, error }) => ({ agoMs: now - at, outcome, error }));
  }
}
