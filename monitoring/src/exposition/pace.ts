export interface PaceOptions {
  /** Calls back when others had their turn. Default `setImmediate`. */
  readonly turn?: (resume: () => void) => void;
  /** Milliseconds on a clock that never goes back. Default `performance.now`. */
  readonly clock?: () => number;
  /**
   * How long the event loop may be held at a time, in milliseconds, above 0. Default 2, which leaves room below 5 for a
   * collection of garbage and what others do in the same round. Less when calls must answer within a millisecond; the scrape then takes longer.
   */
  readonly sliceMs?: number;
}

const DEFAULT_SLICE_MS = 2;

/** Divides long work into slices between which the event loop is free. */
export class Pace {
  readonly #turn: (resume: () => void) => void;
  readonly #clock: () => number;
  readonly #sliceMs: number;
  #end: number;

  /** The first slice begins now. Throws TypeError for a slice that is no time. */
  constructor({ turn = setImmediate, clock = () => performance.now(), sliceMs = DEFAULT_SLICE_MS }: PaceOptions) {
    checkSlice(sliceMs);
    this.#turn = turn;
    this.#clock = clock;
    this.#sliceMs = sliceMs;
    this.#end = clock() + sliceMs;
  }

  isOver(): boolean {
    return this.#clock() >= this.#end;
  }

  /** Lets others run, and begins the next slice. */
  async rest(): Promise<void> {
    await new Promise<void>((resolve) => this.#turn(resolve));
    this.#end = this.#clock() + this.#sliceMs;
  }
}

export function checkSlice(sliceMs: number | undefined): void {
  if (sliceMs === undefined || sliceMs > 0) return;
  throw new TypeError(`Cannot render in slices of "${sliceMs}" ms: give sliceMs a number above 0`);
}
