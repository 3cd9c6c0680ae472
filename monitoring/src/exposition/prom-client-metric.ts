/** A metric of a prom-client registry as it is when the program runs; the package's types tell it otherwise. */
export interface PromClientMetric {
  readonly name: string;
  readonly help: string;
  /** `counter`, `gauge`, `histogram` or `summary`. */
  readonly type: string;
  readonly aggregator?: string;
}

/** One line of a metric. */
export interface PromClientValue {
  /** Where it is not the metric's name: that with `_bucket`, `_sum` or `_count`. */
  readonly metricName?: string;
  readonly value: number;
  /** `le` of buckets and `quantile` of summaries among them. */
  readonly labels: Readonly<Record<string, string | number>>;
  /** `timestamp` is in seconds since the epoch. */
  readonly exemplar?:
    | {
        readonly labelSet: Readonly<Record<string, string | number>>;
        readonly value: number;
        readonly timestamp: number;
      }
    | null
    | undefined;
}
