/**
 * What is wrong with a worker. slow: takes five times as long · crash: its process is gone, what it had is lost, and
 * connections to it are refused within a millisecond · hang: its process is stopped; nothing is answered, nothing refused, and
 * when it goes on it finds everything that was sent meanwhile · fail-fast: answers an error after 3 ms · fails: works as long
 * as usual and fails this part of its calls.
 */
export type Kind = 'slow' | 'crash' | 'hang' | 'fail-fast' | { readonly fails: number };

export interface Trouble {
  /** Numbers of workers; undefined for all. */
  readonly workers?: readonly number[];
  readonly kind: Kind;
  /** When it begins, in milliseconds; from the beginning when not said. */
  readonly from?: number;
  /** When it is over; never when not said. */
  readonly to?: number;
}

export const SLOW_FACTOR = 5;
export const REFUSED_AFTER_MS = 1;
export const FAILED_FAST_AFTER_MS = 3;

/** The troubles one worker has over time. */
export class Troubles {
  readonly #troubles: readonly Trouble[];

  constructor(troubles: readonly Trouble[], worker: number) {
    this.#troubles = troubles.filter(({ workers }) => workers?.includes(worker) ?? true);
  }

  /** The one it has now. */
  at(ms: number): Kind | undefined {
    for (const { kind, from = 0, to = Number.POSITIVE_INFINITY } of this.#troubles) {
      if (ms >= from && ms < to) return kind;
    }
    return undefined;
  }

  /** Begins and ends of what a worker does not merely do worse, but goes through. */
  *of(kind: 'crash' | 'hang'): Iterable<{ from: number; to: number }> {
    for (const { kind: one, from = 0, to = Number.POSITIVE_INFINITY } of this.#troubles) {
      if (one === kind) yield { from, to };
    }
  }
}
