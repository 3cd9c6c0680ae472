import process from 'node:process';
import { type LabelFilter, seriesFilter } from '../alerts/label-filter.ts';
import { FAULTS } from '../catalogue/faults.ts';
import { METRICS } from '../catalogue/metrics.ts';
import type { MetricTable } from '../catalogue/row.ts';
import type { FamilyReading, SeriesReading } from '../metrics/reading.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import { Pooled } from './pooled.ts';

/** What `metrics/snapshot` answers. */
export interface Snapshot {
  /** Share of requests that ended well, of all that ended but those their callers spoiled, 0 to 1; null before the first. */
  readonly success_rate: number | null;
  readonly uptime_seconds: number;
  /** By the names of the requirements (`mcp.tools.calls`), by Prometheus names where they have none. */
  readonly metrics: Readonly<Record<string, MetricSnapshot>>;
}

export type MetricSnapshot = NumberSnapshot | HistogramSnapshot;

export interface NumberSnapshot {
  readonly type: 'counter' | 'gauge';
  /** Over all series; missing where their sum says nothing. */
  readonly value?: number;
  /** Those that are not 0, the highest first; none for a metric without labels. */
  readonly series?: readonly (Labelled & { readonly value: number })[];
  /** How many series that are not 0 found no place. */
  readonly more?: number;
}

export interface HistogramSnapshot extends Figures {
  readonly type: 'histogram';
  /** Those with observations, the most first; none for a metric without labels. */
  readonly series?: readonly (Labelled & Figures)[];
  readonly more?: number;
}

/** In the unit of the metric; null without observations. */
export interface Figures {
  readonly count: number;
  readonly sum: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
}

export interface SnapshotOptions {
  /** The most series of one metric; 20 unless told. */
  readonly series?: number | undefined;
  /** Since the start; of the process unless told. */
  readonly uptimeSeconds?: number | undefined;
  /** Where names and what adds up are looked up; the table of metrics unless told. */
  readonly table?: MetricTable | undefined;
}

/** Everything in the registry as it is now, small enough for one message. */
export function snapshot(registry: MetricRegistry, options: SnapshotOptions = {}): Snapshot {
  const { series = 20, uptimeSeconds = process.uptime() } = options;
  const table: MetricTable = options.table ?? METRICS;
  const metrics: Record<string, MetricSnapshot> = {};
  for (const family of registry.families()) {
    const row = Object.hasOwn(table, family.name) ? table[family.name] : undefined;
    const all = [...family.series()];
    const name = row?.dotted ?? family.name;
    metrics[name] =
      family.type === 'histogram'
        ? histogramOf(family, all, series)
        : numberOf(family, family.type, all, series, row?.sums !== false);
  }
  const good = sumOf(registry, 'mcp_operations_success_total');
  const ended = good + sumOf(registry, FAULTS.family, FAULTS.where);
  return { success_rate: ended === 0 ? null : good / ended, uptime_seconds: uptimeSeconds, metrics };
}

function numberOf(
  family: FamilyReading,
  type: 'counter' | 'gauge',
  all: readonly SeriesReading[],
  most: number,
  sums: boolean,
): NumberSnapshot {
  const value = sums || family.labels.length === 0 ? { value: sum(all) } : {};
  if (family.labels.length === 0) return { type, ...value };
  const { shown, more } = highest(all, most);
  return {
    type,
    ...value,
    series: shown.map((one) => ({ labels: labelsOf(family, one), value: one.value })),
    ...(more > 0 && { more }),
  };
}

function histogramOf(family: FamilyReading, all: readonly SeriesReading[], most: number): HistogramSnapshot {
  const whole = figures(all);
  if (family.labels.length === 0) return { type: 'histogram', ...whole };
  const { shown, more } = highest(all, most);
  const series = shown.map((one) => ({ labels: labelsOf(family, one), ...figures([one]) }));
  return { type: 'histogram', ...whole, series, ...(more > 0 && { more }) };
}

function figures(all: readonly SeriesReading[]): Figures {
  const pooled = new Pooled();
  for (const { histogram } of all) if (histogram !== undefined) pooled.add(histogram);
  const { count, sum } = pooled;
  const at = (q: number): number | null => pooled.quantile(q) ?? null;
  return { count, sum, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function highest(all: readonly SeriesReading[], most: number): { shown: readonly SeriesReading[]; more: number } {
  const filled = all.filter(({ value }) => value !== 0).sort((a, b) => b.value - a.value);
  return { shown: filled.slice(0, most), more: Math.max(0, filled.length - most) };
}

function labelsOf(family: FamilyReading, { labelValues }: SeriesReading): Readonly<Record<string, string>> {
  return Object.fromEntries(family.labels.map((label, nth) => [label, labelValues[nth] ?? '']));
}

function sumOf(registry: MetricRegistry, name: string, where: LabelFilter = {}): number {
  const family = registry.family(name);
  if (family === undefined) return 0;
  const isMeant = seriesFilter(where, family.labels);
  return sum([...family.series()].filter(({ labelValues }) => isMeant(labelValues)));
}

function sum(series: Iterable<SeriesReading>): number {
  let total = 0;
  for (const { value } of series) total += value;
  return total;
}
