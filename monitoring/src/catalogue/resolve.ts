import type { MetricType } from '../metrics/reading.ts';
import { METRICS } from './metrics.ts';
import type { MetricTable } from './row.ts';

/** What of a metric is meant. `rate` is per second; `p50` to `p99` are quantiles of a histogram. */
export type MetricView = 'value' | 'rate' | 'p50' | 'p90' | 'p95' | 'p99' | 'success_rate';

/** A metric somebody named, found. */
export interface ResolvedMetric {
  /** As Prometheus knows it. For `success_rate` the counter of successes: the view divides it by those and what failed (faults.ts). */
  readonly name: string;
  readonly type: MetricType;
  readonly view: MetricView;
  /** What values are multiplied with to have the unit of the name that was asked for: 1000 for `tool_duration_ms`. */
  readonly scale: number;
}

/** Names of the requirements beyond the dotted one a row carries. */
export const OTHER_NAMES: Readonly<Record<string, { readonly name: string; readonly scale: number }>> = {
  tool_calls_total: { name: 'mcp_tools_calls_total', scale: 1 },
  tool_duration_ms: { name: 'mcp_tools_duration_seconds', scale: 1000 },
  'dedup.hit': { name: 'mcp_dedup_hits_total', scale: 1 },
  'connection.resume': { name: 'mcp_connections_resumed_total', scale: 1 },
};

/** The one name that is a quotient of two metrics. */
export const SUCCESS_RATE = 'mcp.operations.success_rate';
const SUFFIX = /^(.+)\.(rate|p50|p90|p95|p99)$/;

/**
 * Finds the metric of a Prometheus name (`mcp_tools_calls_total`), of a name of the requirements (`mcp.tools.calls`,
 * `tool_duration_ms`) or of either with what is meant of it: `.rate` of counters, `.p50`, `.p90`, `.p95` and `.p99` of
 * histograms. `mcp.operations.success_rate` is the share of ended requests that were answered with a result, without those their
 * callers themselves spoiled. Undefined for a
 * name that is none, and for a suffix that makes no sense of the metric.
 * `table`: where metrics beyond Callsheet's own are, by Prometheus name.
 */
export function resolveMetric(name: string, table: MetricTable = METRICS): ResolvedMetric | undefined {
  if (name === SUCCESS_RATE) {
    return { name: 'mcp_operations_success_total', type: 'counter', view: 'success_rate', scale: 1 };
  }
  const whole = find(name, table);
  if (whole !== undefined) {
    return { ...whole, view: 'value' };
  }
  const [, stem = '', view = ''] = SUFFIX.exec(name) ?? [];
  const found = find(stem, table);
  if (found === undefined) {
    return undefined;
  }
  if (view === 'rate') {
    return found.type === 'counter' ? { ...found, view } : undefined;
  }
  return found.type === 'histogram' && isQuantile(view) ? { ...found, view } : undefined;
}

function isQuantile(view: string): view is 'p50' | 'p90' | 'p95' | 'p99' {
  return view === 'p50' || view === 'p90' || view === 'p95' || view === 'p99';
}

function find(name: string, table: MetricTable): { name: string; type: MetricType; scale: number } | undefined {
  const other = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : undefined;
  const wanted = other?.name ?? name;
  const scale = other?.scale ?? 1;
  const own = Object.hasOwn(table, wanted) ? table[wanted] : undefined;
  if (own !== undefined) {
    return { name: wanted, type: own.type, scale };
  }
  for (const [prometheus, row] of Object.entries(table)) {
    if (row.dotted === name) {
      return { name: prometheus, type: row.type, scale };
    }
  }
  return undefined;
}
