import type { MetricType } from '../metrics/reading.ts';

/** One metric, as everything that names it knows it: the registry, the documentation, rules and dashboards. */
export interface MetricRow {
  readonly type: MetricType;
  /** What it says, in one line: `# HELP` and the page of metrics. */
  readonly help: string;
  /** Base unit, the end of its name (before `_total`): `seconds`, `bytes`, `ratio`, `usd`. */
  readonly unit?: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, ascending. */
  readonly bounds?: readonly number[];
  /** True when its observations are also kept in exponential buckets. */
  readonly native?: boolean;
  /** The name in snapshots, `metrics.jsonl` and alert rules, where the requirements have one. */
  readonly dotted?: string;
  /** False for a gauge whose series say nothing when they are added up, e.g. shares and states. */
  readonly sums?: false;
  /** How many series it may have before the rest share one. 500 when not said. */
  readonly cap?: number;
}

/** Rows by Prometheus name. */
export type MetricTable = Readonly<Record<string, MetricRow>>;
