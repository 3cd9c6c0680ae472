/**
 * A quantile of observations in buckets, as Prometheus' `histogram_quantile` estimates it: evenly spread within a bucket,
 * the first begins at 0, and what lies beyond the last bound is read as that bound. NaN without observations.
 * @param counts by bucket, not cumulative, one more than there are bounds
 */
export function quantileOf(quantile: number, bounds: readonly number[], counts: Float64Array): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const last = bounds.at(-1);
  if (total === 0 || last === undefined) return Number.NaN;
  const rank = quantile * total;
  let below = 0;
  for (const [bucket, bound] of bounds.entries()) {
    const count = counts[bucket] ?? 0;
    if (below + count >= rank) {
      if (bucket === 0 && bound <= 0) return bound;
      const start = bucket === 0 ? 0 : (bounds[bucket - 1] ?? 0);
      return start + (bound - start) * ((rank - below) / count);
    }
    below += count;
  }
  return last;
}
