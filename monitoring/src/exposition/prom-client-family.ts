import { labelText } from '../metrics/label-values.ts';
import type { Exemplar, HistogramReading } from '../metrics/reading.ts';
import type { ExposedFamily, ExposedSeries, ExposedType, SummaryReading } from './family.ts';
import type { PromClientValue } from './prom-client-metric.ts';

/** Labels that tell lines of one series apart. */
const PART_LABELS = ['le', 'quantile'];

/** The lines of one series: one of a counter or gauge, many of the others. */
interface SeriesLines {
  readonly labelValues: readonly string[];
  readonly labelText: string;
  readonly lines: PromClientValue[];
}

/** Puts the lines prom-client gives together to series. Labels a series lacks are empty: to Prometheus that is the same. */
export function readPromClientMetric(
  metric: { readonly name: string; readonly help: string; readonly type: ExposedType },
  values: readonly PromClientValue[],
): ExposedFamily {
  const isWhole = metric.type === 'counter' || metric.type === 'gauge';
  const parts = isWhole ? [] : PART_LABELS;
  const labels = [...new Set(values.flatMap((value) => Object.keys(value.labels)))].filter(
    (name) => !parts.includes(name),
  );
  const series = Array.from(seriesLines(labels, values), (lines) => readSeries(metric.type, lines));
  return { ...metric, unit: undefined, labels, series: () => series };
}

function seriesLines(labels: readonly string[], values: readonly PromClientValue[]): Iterable<SeriesLines> {
  const found = new Map<string, SeriesLines>();
  for (const value of values) {
    const labelValues = labels.map((name) => String(value.labels[name] ?? ''));
    const present = labels.filter((_, index) => labelValues[index] !== '');
    const text = labelText(
      present,
      labelValues.filter((labelValue) => labelValue !== ''),
    );
    const known = found.get(text);
    if (known) known.lines.push(value);
    else found.set(text, { labelValues, labelText: text, lines: [value] });
  }
  return found.values();
}

function readSeries(type: ExposedType, { labelValues, labelText, lines }: SeriesLines): ExposedSeries {
  const histogram = type === 'histogram' ? readHistogram(lines) : undefined;
  const summary = type === 'summary' ? readSummary(lines) : undefined;
  return {
    labelValues,
    labelText,
    value: histogram?.count ?? summary?.count ?? lines[0]?.value ?? 0,
    exemplar: exemplarOf(lines[0]),
    histogram,
    summary,
  };
}

function readHistogram(lines: readonly PromClientValue[]): HistogramReading {
  const buckets = lines.filter(({ labels }) => labels.le !== undefined);
  const cumulative = buckets.map(({ value }) => value);
  return {
    bounds: buckets.slice(0, -1).map(({ labels }) => Number(labels.le)),
    counts: Float64Array.from(cumulative, (count, index) => count - (cumulative[index - 1] ?? 0)),
    sum: ending(lines, '_sum'),
    count: ending(lines, '_count'),
    exemplars: buckets.map(exemplarOf),
    native: undefined,
  };
}

function readSummary(lines: readonly PromClientValue[]): SummaryReading {
  const quantiles = lines.filter(({ labels }) => labels.quantile !== undefined);
  return {
    quantiles: quantiles.map(({ labels, value }) => ({ quantile: Number(labels.quantile), value })),
    sum: ending(lines, '_sum'),
    count: ending(lines, '_count'),
  };
}

function ending(lines: readonly PromClientValue[], suffix: string): number {
  return lines.find(({ metricName }) => metricName?.endsWith(suffix))?.value ?? 0;
}

function exemplarOf(line: PromClientValue | undefined): Exemplar | undefined {
  const exemplar = line?.exemplar;
  const traceId = exemplar?.labelSet.trace_id ?? exemplar?.labelSet.traceId;
  if (!exemplar || traceId === undefined) return undefined;
  return { value: exemplar.value, traceId: String(traceId), at: exemplar.timestamp * 1000 };
}
