import type { NativeReading } from '../metrics/reading.ts';

/** Native buckets as they go over the wire: runs of buckets, and each count as the difference to the one before. */
export interface SparseBuckets {
  /** `offset`: the index of the first run's first bucket; of later runs the gap to the run before. */
  readonly spans: readonly { readonly offset: number; readonly length: number }[];
  readonly deltas: readonly number[];
}

/** Empty buckets between two full ones that are still written: a new run costs as much as two of them. */
const GAP_WITHIN_RUN = 2;

/** Leaves empty buckets out where that saves bytes (prometheus.io/docs/specs/native_histograms, "Spans"). */
export function sparseBuckets({ counts, offset }: NativeReading): SparseBuckets {
  const spans: { offset: number; length: number }[] = [];
  const deltas: number[] = [];
  let span: { offset: number; length: number } | undefined;
  let previous = 0;
  let next = 0;
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index] ?? 0;
    if (count === 0) continue;
    const gap = index - next;
    if (!span || gap > GAP_WITHIN_RUN) {
      span = { offset: span ? gap : offset + index, length: 0 };
      spans.push(span);
    } else {
      for (let empty = 0; empty < gap; empty++) {
        deltas.push(0 - previous);
        previous = 0;
      }
      span.length += gap;
    }
    deltas.push(count - previous);
    previous = count;
    span.length++;
    next = index + 1;
  }
  return { spans, deltas };
}
