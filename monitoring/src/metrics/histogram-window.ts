import { CumulativeWindow } from './cumulative-window.ts';
import { bucketQuantile } from './quantile.ts';
import type { HistogramReading } from './reading.ts';
import type { Resolution } from './sample-ring.ts';

/** What a histogram was told in some span. */
export interface HistogramGrowth {
  /** By bucket, the infinite one last; not cumulative. */
  readonly counts: Float64Array;
  readonly count: number;
  readonly sum: number;
}

/** What became of one histogram lately. */
export class HistogramWindow {
  readonly #bounds: readonly number[];
  readonly #window: CumulativeWindow;
  readonly #row: Float64Array;

  /** `bounds` are those of every reading. The last 5 minutes by the second and 3 days by the minute, unless told. */
  constructor(bounds: readonly number[], resolutions?: readonly Resolution[]) {
    this.#bounds = bounds;
    this.#row = new Float64Array(bounds.length + 3);
    this.#window = new CumulativeWindow(this.#row.length, resolutions);
  }

  /** Throws RangeError when the reading has other buckets. */
  record(at: number, { counts, count, sum }: Pick<HistogramReading, 'counts' | 'count' | 'sum'>): void {
    if (counts.length !== this.#bounds.length + 1) {
      const wanted = this.#bounds.length + 1;
      throw new RangeError(
        `Cannot record a histogram of ${counts.length} buckets; those of this window have ${wanted}`,
      );
    }
    this.#row[0] = count;
    this.#row[1] = sum;
    this.#row.set(counts, 2);
    this.#window.record(at, this.#row);
  }

  /** What was observed in the `overMs` before `at`; undefined before two samples are known. */
  growth(overMs: number, at: number): HistogramGrowth | undefined {
    const by = this.#window.growth(overMs, at)?.by;
    return by && { counts: by.subarray(2), count: by[0] ?? 0, sum: by[1] ?? 0 };
  }

  /** The value that the share `q` of these observations does not exceed; undefined when there were none. */
  quantile(q: number, overMs: number, at: number): number | undefined {
    const growth = this.growth(overMs, at);
    return growth && bucketQuantile(q, this.#bounds, growth.counts);
  }
}
