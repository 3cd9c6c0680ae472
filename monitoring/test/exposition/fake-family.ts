import type { ExposedFamily, ExposedSeries } from '../../src/exposition/family.ts';
import { labelText } from '../../src/metrics/label-values.ts';
import type {
  Exemplar,
  FamilyReading,
  HistogramReading,
  MetricType,
  SeriesReading,
} from '../../src/metrics/reading.ts';

export interface FakeSeries {
  readonly labelValues?: readonly string[];
  readonly value?: number;
  readonly exemplar?: Exemplar | undefined;
  readonly histogram?: Partial<HistogramReading> & Pick<HistogramReading, 'bounds' | 'counts'>;
}

/** A family with the series of `rows`, which may be changed afterwards. */
export function fakeFamily(
  type: MetricType,
  name: string,
  labels: readonly string[],
  rows: readonly FakeSeries[],
  { help = `Help of ${name}.`, unit }: { help?: string; unit?: string } = {},
): FamilyReading & ExposedFamily {
  return {
    name,
    help,
    unit,
    type,
    labels,
    get size() {
      return rows.length;
    },
    series: () => rows.map((row) => fakeSeries(labels, row)),
  };
}

export function fakeSeries(labels: readonly string[], row: FakeSeries): SeriesReading & ExposedSeries {
  const { labelValues = [], value = 0, exemplar } = row;
  const histogram = row.histogram && { ...measured(row.histogram.counts), ...row.histogram };
  return {
    labelValues,
    labelText: labelText(labels, labelValues),
    value: histogram?.count ?? value,
    exemplar,
    histogram,
  };
}

function measured(counts: Float64Array): Omit<HistogramReading, 'bounds' | 'counts'> {
  const count = counts.reduce((sum, one) => sum + one, 0);
  return { sum: 0, count, exemplars: undefined, native: undefined };
}
