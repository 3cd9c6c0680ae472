import type { LabelFilter } from './label-filter.ts';

export type Severity = 'critical' | 'warning' | 'info';

export interface AlertRuleOptions {
  /** Unique among the rules of an engine; letters, digits, `_`, `-`, `.` and `:`, 100 at most. */
  readonly name: string;
  /** `mcp.operations.error`, `mcp.operations.duration.p95`, `mcp_jobs`; whatever `resolveMetric` finds. */
  readonly metric: string;
  /** `> 10`, `>= 0.5`, `!= 0`. */
  readonly condition: string;
  /**
   * Seconds, 1 day at most. Of a gauge: how long the condition must hold without a break. Of everything else: over how
   * long the metric is looked at. 0 is for gauges alone.
   */
  readonly duration: number;
  /** Seconds between two notifications while it fires; 900 when not said. */
  readonly cooldown?: number;
  /** `warning` when not said. */
  readonly severity?: Severity;
  /** True when not said. */
  readonly enabled?: boolean;
  /** Labels by which the metric is split, an alert for each; the sum over all series when not said. */
  readonly by?: readonly string[];
  /** Which series are looked at; all when not said. */
  readonly where?: LabelFilter;
  /** Labels its alerts carry beside `alertname`, `severity` and those of `by`. */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Of everything but gauges: seconds the condition must hold before it fires; 0 when not said. Say some where a short
   * while with few events can look bad, as after a start.
   */
  readonly holdFor?: number;
  /** Seconds it goes on firing after the condition ceased to hold; 0 when not said. */
  readonly keepFiringFor?: number;
  /** Of quantiles and the success rate: with fewer events within the duration nothing is concluded. 1 when not said. */
  readonly minSamples?: number;
  /** Where to read what to do. */
  readonly runbook?: string;
  /** What people read; may hold `{{ $value }}` and `{{ $labels.tool }}`, as in Prometheus. */
  readonly summary?: string;
  /** Names of the channels that are told; every one when not said. */
  readonly channels?: readonly string[];
}
