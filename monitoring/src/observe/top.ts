import type { RequestObservation } from '@callsheet/protocol';
import { type Heavy, TopK } from '../metrics/top-k.ts';

/** One of the callers that ask most. The true number is at most `count`, and at least `count - error`. */
export interface TopCaller {
  readonly principal: string;
  readonly count: number;
  readonly error: number;
}

/** Who asks most, and whose requests fail most: by principal, which must never become a label. Bounded. */
export class TopCallers {
  readonly #calls: TopK;
  readonly #errors: TopK;

  /** `k`: of how many callers figures are kept; 100 unless told. */
  constructor(k?: number) {
    this.#calls = new TopK(k);
    this.#errors = new TopK(k);
  }

  /** Counts one request by who asked. What a tool asks for in the name of its caller is not counted once more. */
  count({ principal, transport, error }: RequestObservation): void {
    if (principal === undefined || transport === 'internal') return;
    this.#calls.add(principal.id);
    if (error !== undefined) this.#errors.add(principal.id);
  }

  /** The `n` who ask most, from the first on. */
  byCalls(n = 10): readonly TopCaller[] {
    return this.#calls.top(n).map(asCaller);
  }

  /** The `n` whose requests fail most. */
  byErrors(n = 10): readonly TopCaller[] {
    return this.#errors.top(n).map(asCaller);
  }
}

function asCaller({ key, weight, error }: Heavy): TopCaller {
  return { principal: key, count: weight, error };
}
