/** What a family of series is. */
export type MetricType = 'counter' | 'gauge' | 'histogram';

/** A family as those see it who render, keep or judge it. */
export interface FamilyReading {
  /** As Prometheus knows it, `_total` of counters included. */
  readonly name: string;
  readonly help: string;
  /** Base unit, e.g. `seconds`; undefined for plain numbers. */
  readonly unit: string | undefined;
  readonly type: MetricType;
  /** Names of the labels, in the order of every series' values. */
  readonly labels: readonly string[];
  /** How many series there are. */
  readonly size: number;
  /** Every series as it is now: what is read only when somebody asks is read first. */
  series(): Iterable<SeriesReading>;
}

/** One series. What it shows is the living value: read it at once. */
export interface SeriesReading {
  /** One per label of the family. */
  readonly labelValues: readonly string[];
  /** `method="tools/call",transport="websocket"`, escaped; empty without labels. Made once. */
  readonly labelText: string;
  /** Of a counter or gauge; the number of observations of a histogram. */
  readonly value: number;
  /** Of a counter: the newest. */
  readonly exemplar: Exemplar | undefined;
  /** Undefined for counters and gauges. */
  readonly histogram: HistogramReading | undefined;
}

export interface HistogramReading {
  /** Upper bounds, ascending, without the infinite one. */
  readonly bounds: readonly number[];
  /** Observations by bucket, not cumulative; one more than there are bounds. */
  readonly counts: Float64Array;
  readonly sum: number;
  readonly count: number;
  /** The newest of each bucket, where there is one. */
  readonly exemplars: readonly (Exemplar | undefined)[] | undefined;
  /** The same observations in exponential buckets, for those who read native histograms. */
  readonly native: NativeReading | undefined;
}

/**
 * Exponential buckets with base 2^(2^-schema), as Prometheus' native histograms have them: bucket `i` holds what is above
 * base^(i-1) and at most base^i.
 */
export interface NativeReading {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  /** Index of the first of `counts`. */
  readonly offset: number;
  readonly counts: Float64Array;
}

/** An observation that can be looked at: the trace it belongs to. */
export interface Exemplar {
  readonly value: number;
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
