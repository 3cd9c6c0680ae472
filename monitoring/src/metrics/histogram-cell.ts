import { Cell, type CellContext } from './cell.ts';
import { ExponentialBuckets } from './exponential-buckets.ts';
import { ExponentialIndex } from './exponential-index.ts';
import { FixedBounds } from './fixed-bounds.ts';
import { FloatBits } from './float-bits.ts';
import type { Exemplar, HistogramReading, NativeReading } from './reading.ts';

/** What the cells of one family have in common. */
export class HistogramLayout {
  readonly fixed: FixedBounds;
  readonly bits = new FloatBits();
  readonly index: ExponentialIndex | undefined;

  constructor(bounds: readonly number[], native: boolean) {
    this.fixed = new FixedBounds(bounds);
    this.index = native ? new ExponentialIndex(this.bits) : undefined;
  }
}

/** Observations of one series by size. Hold it where its labels are known. */
export class HistogramCell extends Cell implements HistogramReading {
  readonly bounds: readonly number[];
  readonly counts: Float64Array;
  readonly native: NativeReading | undefined;
  readonly #context: CellContext;
  readonly #layout: HistogramLayout;
  readonly #buckets: ExponentialBuckets | undefined;
  #sum = 0;
  #exemplars: (Exemplar | undefined)[] | undefined;

  constructor(context: CellContext, layout: HistogramLayout, labelValues: readonly string[], labelText: string) {
    super(labelValues, labelText);
    this.#context = context;
    this.#layout = layout;
    this.bounds = layout.fixed.bounds;
    this.counts = new Float64Array(this.bounds.length + 1);
    this.#buckets = layout.index && new ExponentialBuckets();
    this.native = this.#buckets;
  }

  override get value(): number {
    return this.count;
  }

  override get histogram(): HistogramReading {
    return this;
  }

  get sum(): number {
    return this.#sum;
  }

  get count(): number {
    let count = 0;
    for (const one of this.counts) count += one;
    return count;
  }

  get exemplars(): readonly (Exemplar | undefined)[] | undefined {
    return this.#exemplars;
  }

  /**
   * Counts a value in the family's unit, finite and not negative; anything else changes nothing and is reported.
   * `traceId`: where it can be looked at, 32 hexadecimal digits; the newest of each bucket is kept.
   */
  observe(value: number, traceId?: string): void {
    if (typeof value !== 'number' || !(value >= 0 && value < Infinity)) {
      this.#context.refuse(`Cannot observe ${value}; give a finite number that is not negative`);
      return;
    }
    const layout = this.#layout;
    const high = layout.bits.high(value);
    const bucket = layout.fixed.bucketOf(value, high);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.#sum += value;
    const native = this.#buckets;
    if (native !== undefined && layout.index !== undefined) {
      if (value > native.zeroThreshold) native.add(layout.index.of(high));
      else native.zeroCount += 1;
    }
    if (traceId !== undefined) this.#keep(bucket, value, traceId);
  }

  /** Takes over what was counted elsewhere, in buckets of the same bounds. Not for native ones. */
  follow(counts: Float64Array, sum: number): void {
    this.counts.set(counts.subarray(0, this.counts.length));
    this.#sum = sum;
  }

  #keep(bucket: number, value: number, traceId: string): void {
    this.#exemplars ??= Array.from(this.counts, () => undefined);
    this.#exemplars[bucket] = { value, traceId, at: this.#context.now() };
  }
}
