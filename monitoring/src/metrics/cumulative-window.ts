import { MINUTES, type Resolution, SampleRing, SECONDS } from './sample-ring.ts';

/** How much totals grew, and in what time. */
export interface Growth {
  /** One for each total. */
  readonly by: Float64Array;
  /** Between the two samples that were compared, in milliseconds. */
  readonly ms: number;
}

/**
 * Totals that only grow, sampled now and then, and how much they grew over a span that ends now or some time ago. When the
 * first total goes down, something began anew: what it shows then is what was added since, as PromQL's `increase` has it.
 * Unlike that, nothing is extrapolated. Times are milliseconds of any clock; when it goes back, the window begins anew.
 */
export class CumulativeWindow {
  readonly #rings: readonly SampleRing[];
  readonly #width: number;
  /** What was counted before the last time something began anew. */
  readonly #earlier: Float64Array;
  readonly #newest: Float64Array;
  #newestAt = -Infinity;
  #rawFirst = 0;

  /** `resolutions` from fine to coarse. Throws RangeError for one that cannot hold a span. */
  constructor(width: number, resolutions: readonly Resolution[] = [SECONDS, MINUTES]) {
    for (const { stepMs, slots } of resolutions) {
      if (stepMs > 0 && Number.isInteger(slots) && slots >= 2) continue;
      throw new RangeError(`Cannot keep ${slots} samples of ${stepMs} ms; give two slots or more of a positive length`);
    }
    if (resolutions.length === 0)
      throw new RangeError('Cannot keep samples: there is no resolution; give at least one');
    this.#width = width;
    this.#rings = resolutions.map((resolution) => new SampleRing(resolution, width));
    this.#earlier = new Float64Array(width);
    this.#newest = new Float64Array(width);
  }

  /** Takes a sample; the first total says whether something began anew. */
  record(at: number, totals: ArrayLike<number>): void {
    if (at < this.#newestAt) this.clear();
    const first = totals[0] ?? 0;
    if (first < this.#rawFirst) this.#earlier.set(this.#newest);
    this.#rawFirst = first;
    for (let nth = 0; nth < this.#width; nth += 1) {
      this.#newest[nth] = (this.#earlier[nth] ?? 0) + (totals[nth] ?? 0);
    }
    this.#newestAt = at;
    for (const ring of this.#rings) ring.offer(at, this.#newest);
  }

  /**
   * From the newest sample that is not within the `overMs` before `at`, or the oldest there is, to the newest not after `at`.
   * Where several resolutions could tell, the one that comes nearest to the beginning does.
   * Undefined when there are no two such samples, or none within the span.
   */
  growth(overMs: number, at: number): Growth | undefined {
    const start = at - overMs;
    const ring = this.#knowingBest(start);
    const from = ring.before(start);
    const to = at >= this.#newestAt ? { at: this.#newestAt, row: this.#newest } : ring.before(at);
    if (from === undefined || to === undefined || to.at <= from.at || to.at <= start) return undefined;
    return { by: to.row.map((total, nth) => total - (from.row[nth] ?? 0)), ms: to.at - from.at };
  }

  clear(): void {
    for (const ring of this.#rings) ring.clear();
    this.#earlier.fill(0);
    this.#newest.fill(0);
    this.#newestAt = -Infinity;
    this.#rawFirst = 0;
  }

  /** The ring with the sample nearest to a moment, before it if possible; of two such the finer. */
  #knowingBest(moment: number): SampleRing {
    const distance = (ring: SampleRing): number => Math.abs((ring.before(moment)?.at ?? Infinity) - moment);
    return this.#rings.reduce((best, ring) => (distance(ring) < distance(best) ? ring : best));
  }
}
