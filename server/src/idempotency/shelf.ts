/**
 * How the call under a key ended. result, error: the outcome is kept · large: the result was too large to keep · lost: the
 * gateway ended while it ran, or could not store how it ended.
 */
export type Fate = 'result' | 'error' | 'large' | 'lost';

/** What is remembered of a finished call; its outcome is on disk. */
export interface KeptCall {
  /** Names principal, tool and key. */
  readonly hash: string;
  /** Of what was asked for. */
  readonly print: string;
  readonly owner: string;
  readonly fate: Fate;
  /** Of the outcome. */
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
}

export interface ShelfBounds {
  readonly keys: number;
  readonly bytes: number;
}

/** The keys of one caller, or of all: those whose call runs are counted, the others lie in the order in which they ended. */
export class Shelf {
  running = 0;
  readonly #bounds: ShelfBounds;
  readonly #ended = new Map<string, KeptCall>();
  #bytes = 0;

  constructor(bounds: ShelfBounds) {
    this.#bounds = bounds;
  }

  /** How many keys there are. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.running + this.#ended.size;
  }

  get isOver(): boolean {
    return this.size > this.#bounds.keys || this.#bytes > this.#bounds.bytes;
  }

  /** What ended first. */
  get oldest(): KeptCall | undefined {
    return this.#ended.values().next().value;
  }

  get(hash: string): KeptCall | undefined {
    return this.#ended.get(hash);
  }

  put(kept: KeptCall): void {
    this.#ended.set(kept.hash, kept);
    this.#bytes += kept.bytes;
  }

  remove({ hash, bytes }: KeptCall): void {
    if (this.#ended.delete(hash)) this.#bytes -= bytes;
  }
}
