import { coarser } from '../metrics/exponential-index.ts';
import { bucketQuantile, nativeQuantile } from '../metrics/quantile.ts';
import type { HistogramReading, NativeReading } from '../metrics/reading.ts';

/** Observations of several series of one histogram, taken together. */
export class Pooled {
  count = 0;
  sum = 0;
  readonly #natives: NativeReading[] = [];
  #bounds: readonly number[] = [];
  #counts = new Float64Array(0);

  add(histogram: HistogramReading): void {
    if (this.#counts.length === 0) this.#counts = new Float64Array(histogram.counts.length);
    this.#bounds = histogram.bounds;
    this.count += histogram.count;
    this.sum += histogram.sum;
    for (const [nth, count] of histogram.counts.entries()) this.#counts[nth] = (this.#counts[nth] ?? 0) + count;
    if (histogram.native !== undefined) this.#natives.push(histogram.native);
  }

  /** By the exponential buckets where there are some, which are finer. Undefined without observations. */
  quantile(q: number): number | undefined {
    const native = this.#natives.length > 0 ? together(this.#natives) : undefined;
    return native === undefined ? bucketQuantile(q, this.#bounds, this.#counts) : nativeQuantile(q, native);
  }
}

/** One in the coarsest schema of all: two buckets become one for each step to a coarser one. */
function together(natives: readonly NativeReading[]): NativeReading {
  const filled = natives.filter(({ counts }) => counts.length > 0);
  const schema = Math.min(...natives.map((native) => native.schema));
  const lowest = ({ schema: own, offset }: NativeReading): number => coarser(offset, own - schema);
  const highest = (native: NativeReading): number =>
    coarser(native.offset + native.counts.length - 1, native.schema - schema);
  const offset = filled.length === 0 ? 0 : Math.min(...filled.map(lowest));
  const counts = new Float64Array(filled.length === 0 ? 0 : Math.max(...filled.map(highest)) - offset + 1);
  for (const native of filled) {
    for (const [nth, count] of native.counts.entries()) {
      const at = coarser(native.offset + nth, native.schema - schema) - offset;
      counts[at] = (counts[at] ?? 0) + count;
    }
  }
  const zeroCount = natives.reduce((sum, native) => sum + native.zeroCount, 0);
  return { schema, zeroThreshold: natives[0]?.zeroThreshold ?? 0, zeroCount, offset, counts };
}
