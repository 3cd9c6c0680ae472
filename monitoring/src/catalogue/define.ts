import type { CounterFamily } from '../metrics/counter-family.ts';
import type { GaugeFamily } from '../metrics/gauge-family.ts';
import type { HistogramFamily } from '../metrics/histogram-family.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import { METRICS, type MetricNameOf } from './metrics.ts';

/** Makes a counter of the table in a registry, once. `collect` is called before each reading. */
export function defineCounter(
  registry: MetricRegistry,
  name: MetricNameOf<'counter'>,
  collect?: (family: CounterFamily) => void,
): CounterFamily {
  return registry.counter({ name, ...METRICS[name], ...(collect !== undefined && { collect }) });
}

/** Makes a gauge of the table in a registry, once. `collect` is called before each reading. */
export function defineGauge(
  registry: MetricRegistry,
  name: MetricNameOf<'gauge'>,
  collect?: (family: GaugeFamily) => void,
): GaugeFamily {
  return registry.gauge({ name, ...METRICS[name], ...(collect !== undefined && { collect }) });
}

/** Makes a histogram of the table in a registry, once. `collect` is called before each reading. */
export function defineHistogram(
  registry: MetricRegistry,
  name: MetricNameOf<'histogram'>,
  collect?: (family: HistogramFamily) => void,
): HistogramFamily {
  const { bounds = [], ...row } = METRICS[name];
  return registry.histogram({ name, ...row, bounds, ...(collect !== undefined && { collect }) });
}
