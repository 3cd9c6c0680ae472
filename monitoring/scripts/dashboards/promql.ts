import { METRICS, type MetricName } from '../../src/catalogue/metrics.ts';

/** Whom a dashboard shows: its two variables. */
const CHOSEN = 'job=~"$job",instance=~"$instance"';

/** The series of a metric that are chosen, e.g. `series('mcp_breaker_state', 'state="open"')`. */
export function series(metric: MetricName, where = ''): string {
  return `${metric}{${chosen(where)}}`;
}

/** Per second over the interval Grafana finds fitting, added up by labels. */
export function rate(metric: MetricName, by: readonly string[] = [], where = ''): string {
  return `sum${grouped(by)} (rate(${series(metric, where)}[$__rate_interval]))`;
}

/** How many in all the time that is shown, added up by labels. */
export function increase(metric: MetricName, by: readonly string[] = [], where = ''): string {
  return `sum${grouped(by)} (increase(${series(metric, where)}[$__range]))`;
}

export function sum(metric: MetricName, by: readonly string[] = [], where = ''): string {
  return `sum${grouped(by)} (${series(metric, where)})`;
}

export function max(metric: MetricName, by: readonly string[] = [], where = ''): string {
  return `max${grouped(by)} (${series(metric, where)})`;
}

/** The share of a part in a whole; 0, not nothing, while the whole is 0. */
export function share(part: string, whole: string): string {
  return `${part} / (${whole} > 0) or ${whole} * 0`;
}

/** 0 where nothing was ever counted, for numbers that are read alone. */
export function orZero(expr: string): string {
  return `${expr} or vector(0)`;
}

/**
 * A quantile of a histogram. One that is also kept in exponential buckets is read from those where Prometheus takes them,
 * because it then need not keep the others.
 */
export function quantile(of: number, metric: MetricName, by: readonly string[] = [], where = ''): string {
  const buckets = `rate(${metric}_bucket{${chosen(where)}}[$__rate_interval])`;
  const classic = `histogram_quantile(${of}, sum by (${['le', ...by].join(', ')}) (${buckets}))`;
  if (METRICS[metric].native !== true) return classic;
  return `histogram_quantile(${of}, ${rate(metric, by, where)}) or ${classic}`;
}

function chosen(where: string): string {
  return where === '' ? CHOSEN : `${where},${CHOSEN}`;
}

function grouped(by: readonly string[]): string {
  return by.length === 0 ? '' : ` by (${by.join(', ')})`;
}
