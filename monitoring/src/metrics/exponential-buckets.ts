import { coarser, FINEST_SCHEMA } from './exponential-index.ts';
import type { NativeReading } from './reading.ts';

/** As many as Prometheus is usually told to take of one series. */
const MOST_BUCKETS = 160;
/** From the lowest to the highest, empty ones included: a million to one at the finest schema, 2.5 kB. */
const MOST_APART = 320;
const FIRST_ROOM = 32;
/** What is smaller counts as zero: less than a nanosecond, when the unit is seconds. */
const ZERO_THRESHOLD = 2 ** -30;

/**
 * Exponential buckets of one series that never need more than a fixed room: when they would, pairs of them become one and
 * the schema goes down by one (Prometheus native histograms, "Limit the bucket count"). At the finest schema every number
 * of a bucket is within 4.5 % of every other.
 */
export class ExponentialBuckets implements NativeReading {
  readonly zeroThreshold = ZERO_THRESHOLD;
  zeroCount = 0;
  #steps = 0;
  #counts = new Float64Array(0);
  /** Index of the first of `#counts`. */
  #origin = 0;
  #lowest = 0;
  #highest = -1;
  #filled = 0;

  get schema(): number {
    return FINEST_SCHEMA - this.#steps;
  }

  get offset(): number {
    return this.#lowest;
  }

  /** From the lowest bucket to the highest that hold something; a view. */
  get counts(): Float64Array {
    return this.#counts.subarray(this.#lowest - this.#origin, this.#highest - this.#origin + 1);
  }

  /** Counts one in the bucket that has this index in the finest schema. */
  add(finest: number): void {
    const index = coarser(finest, this.#steps);
    const at = index - this.#origin;
    const before = at >= 0 && at < this.#counts.length ? this.#counts[at] : 0;
    if (before) this.#counts[at] = before + 1;
    else this.#open(index);
  }

  /** The first in its bucket: there may be no room for it. */
  #open(wanted: number): void {
    let index = wanted;
    while (!this.#fits(index)) {
      this.#halve();
      index = coarser(index, 1);
    }
    this.#widen(index);
    const at = index - this.#origin;
    const before = this.#counts[at] ?? 0;
    if (before === 0) this.#filled += 1;
    this.#counts[at] = before + 1;
  }

  #fits(index: number): boolean {
    if (this.#filled === 0) return true;
    const apart = Math.max(this.#highest, index) - Math.min(this.#lowest, index) + 1;
    const isFilled = (this.#counts[index - this.#origin] ?? 0) > 0;
    return apart <= MOST_APART && (isFilled || this.#filled < MOST_BUCKETS);
  }

  #halve(): void {
    const [lowest, highest] = [coarser(this.#lowest, 1), coarser(this.#highest, 1)];
    const halved = new Float64Array(this.#counts.length);
    let filled = 0;
    for (let index = this.#lowest; index <= this.#highest; index += 1) {
      const count = this.#counts[index - this.#origin] ?? 0;
      const at = coarser(index, 1) - lowest;
      const before = halved[at] ?? 0;
      if (count > 0 && before === 0) filled += 1;
      halved[at] = before + count;
    }
    this.#counts = halved;
    this.#origin = lowest;
    this.#lowest = lowest;
    this.#highest = highest;
    this.#filled = filled;
    this.#steps += 1;
  }

  /** Makes the buckets reach this one, with room on both sides. */
  #widen(index: number): void {
    const isFirst = this.#filled === 0;
    const lowest = isFirst ? index : Math.min(this.#lowest, index);
    const highest = isFirst ? index : Math.max(this.#highest, index);
    if (lowest < this.#origin || highest >= this.#origin + this.#counts.length) {
      const apart = highest - lowest + 1;
      const room = Math.min(MOST_APART, Math.max(FIRST_ROOM, 2 * apart));
      const origin = lowest - ((room - apart) >> 1);
      const widened = new Float64Array(room);
      if (!isFirst) widened.set(this.counts, this.#lowest - origin);
      this.#counts = widened;
      this.#origin = origin;
    }
    this.#lowest = lowest;
    this.#highest = highest;
  }
}
