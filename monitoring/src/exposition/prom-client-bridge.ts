import type { Metric, Registry, RegistryContentType } from 'prom-client';
import type { Exemplar, FamilyReading, MetricType, SeriesReading } from '../metrics/reading.ts';
import type { PromClientMetric, PromClientValue } from './prom-client-metric.ts';

/**
 * Shows families in a prom-client registry, through `metrics()`, `getMetricsAsJSON()` and, over a cluster's processes,
 * `AggregatorRegistry.aggregate`. Those that are there now: call it when all are defined. Returns what takes them out again.
 * Throws, and adds none, when the registry has a metric of one of the names.
 */
export function bridgeInto(registry: Registry<RegistryContentType>, families: Iterable<FamilyReading>): () => void {
  const bridged: BridgedMetric[] = [];
  const undo = () => {
    for (const metric of bridged) {
      if (registeredAs(registry, metric.name) === metric) registry.removeSingleMetric(metric.name);
    }
  };
  for (const family of families) {
    const metric = new BridgedMetric(family);
    const other = registeredAs(registry, family.name);
    if (other !== undefined) {
      undo();
      throw new TypeError(
        `Cannot show the metric "${family.name}" in the prom-client registry: it has one of that name already; rename one of them, or take the other out first`,
      );
    }
    // A registry asks no more of a metric than this class has, whatever its types say.
    registry.registerMetric(metric as unknown as Metric);
    bridged.push(metric);
  }
  return undo;
}

function registeredAs(registry: Registry<RegistryContentType>, name: string): unknown {
  return registry.getSingleMetric(name);
}

/** One of our families, as a prom-client registry wants its metrics. */
export class BridgedMetric implements PromClientMetric {
  /** What a cluster's processes counted is added up. */
  readonly aggregator = 'sum';
  readonly #family: FamilyReading;
  #wantedName: string | undefined;

  constructor(family: FamilyReading) {
    this.#family = family;
  }

  get name(): string {
    return this.#family.name;
  }

  /**
   * A registry of OpenMetrics cuts `_total` off a counter's name right before it asks for the values, and adds it to each
   * of them. The name is given to it for that once, and not forgotten for good: other pages need it whole.
   */
  set name(name: string) {
    this.#wantedName = name;
  }

  get help(): string {
    return this.#family.help;
  }

  get type(): MetricType {
    return this.#family.type;
  }

  async get(): Promise<PromClientMetric & { readonly values: PromClientValue[] }> {
    return this.#reading(this.name);
  }

  async getForPromString(): Promise<PromClientMetric & { readonly values: PromClientValue[] }> {
    const name = this.#wantedName ?? this.name;
    this.#wantedName = undefined;
    return this.#reading(name);
  }

  /** `resetMetrics` leaves ours alone: others count on them. */
  reset(): void {}

  #reading(name: string): PromClientMetric & { readonly values: PromClientValue[] } {
    const values: PromClientValue[] = [];
    for (const series of this.#family.series()) addValues(values, this.#family, series);
    return { name, help: this.help, type: this.type, aggregator: this.aggregator, values };
  }
}

function addValues(values: PromClientValue[], family: FamilyReading, series: SeriesReading): void {
  const labels: Record<string, string> = {};
  for (const [index, label] of family.labels.entries()) labels[label] = series.labelValues[index] ?? '';
  const { histogram } = series;
  if (!histogram) {
    values.push({ value: series.value, labels, exemplar: promClientExemplar(series.exemplar) });
    return;
  }
  let cumulative = 0;
  for (let index = 0; index <= histogram.bounds.length; index++) {
    cumulative += histogram.counts[index] ?? 0;
    values.push({
      metricName: `${family.name}_bucket`,
      value: cumulative,
      labels: { le: histogram.bounds[index] ?? '+Inf', ...labels },
      exemplar: promClientExemplar(histogram.exemplars?.[index]),
    });
  }
  values.push({ metricName: `${family.name}_sum`, value: histogram.sum, labels });
  values.push({ metricName: `${family.name}_count`, value: histogram.count, labels });
}

function promClientExemplar(exemplar: Exemplar | undefined): PromClientValue['exemplar'] {
  if (!exemplar) return undefined;
  return { labelSet: { trace_id: exemplar.traceId }, value: exemplar.value, timestamp: exemplar.at / 1000 };
}
