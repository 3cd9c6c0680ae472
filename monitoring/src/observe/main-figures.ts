import { METRICS } from '../catalogue/metrics.ts';
import type { MetricTable } from '../catalogue/row.ts';
import type { MetricSnapshot, Snapshot } from './snapshot.ts';

/**
 * What of a snapshot is worth keeping every few seconds: what the requirements name, and what is not 0. The rest would push
 * the lines of calls out of the files of a gateway that nobody uses at night.
 */
export function mainFigures({ metrics, ...rest }: Snapshot, table: MetricTable = METRICS): Snapshot {
  const named = new Set(Object.values(table).map(({ dotted }) => dotted));
  const kept = Object.entries(metrics).filter(([name, metric]) => named.has(name) || says(metric));
  const lean = kept.map(([name, metric]) => [name, name === 'mcp_monitoring_series' ? total(metric) : metric]);
  return { ...rest, metrics: Object.fromEntries(lean) };
}

function says(metric: MetricSnapshot): boolean {
  if (metric.type === 'histogram') return metric.count > 0;
  return (metric.value ?? 0) !== 0 || (metric.series?.length ?? 0) > 0;
}

/** How many series there are; which metric has how many is for those who ask. */
function total({ series: _series, ...metric }: MetricSnapshot): object {
  return metric;
}
