/** What one policy made of the calls that came while it was measured. */
export interface Tally {
  readonly calls: number;
  readonly failed: number;
  /** Attempts each worker got for those calls and, as nobody can tell them apart, for late ones of the warm-up. */
  readonly attempts: readonly number[];
  /** Attempts whose worker remembered the key. */
  readonly hits: number;
  /** Milliseconds of the calls that succeeded. */
  readonly latencies: readonly number[];
}

export interface Figures {
  /** Percent of calls. */
  readonly errors: number;
  /** Milliseconds, of successes. */
  readonly p50: number;
  readonly p99: number;
  readonly attemptsPerCall: number;
  /** Percent of attempts. */
  readonly hitRate: number;
}

/** Taken together, as if they were one run. */
export function figures(tallies: readonly Tally[]): Figures {
  const sum = (pick: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + pick(tally), 0);
  const latencies = Float64Array.from(tallies.flatMap((tally) => tally.latencies)).sort();
  const quantile = (part: number): number => latencies[Math.floor(latencies.length * part)] ?? Number.NaN;
  const calls = sum((tally) => tally.calls);
  const attempts = sum((tally) => tally.attempts.reduce((total, ofWorker) => total + ofWorker, 0));
  return {
    errors: (100 * sum(({ failed }) => failed)) / calls,
    p50: quantile(0.5),
    p99: quantile(0.99),
    attemptsPerCall: attempts / calls,
    hitRate: (100 * sum(({ hits }) => hits)) / attempts,
  };
}
