import { FAULTS } from '../catalogue/faults.ts';
import { METRICS } from '../catalogue/metrics.ts';
import { resolveMetric } from '../catalogue/resolve.ts';
import type { MetricTable } from '../catalogue/row.ts';
import type { LabelFilter } from './label-filter.ts';

interface Measured {
  /** Prometheus name of the family: of `ratio` the part. */
  readonly family: string;
  /** Labels its series have. */
  readonly familyLabels: readonly string[];
  /** What the number is multiplied with before it is compared: 1000 for names in milliseconds. */
  readonly scale: number;
}

/** How fast the error budget of an objective is used up (slo.ts). */
export interface BurnMeaning extends Measured {
  readonly kind: 'burn';
  readonly slo: string;
  /** Of the family: `good` events or `bad` ones. */
  readonly counts: 'good' | 'bad';
  readonly where: LabelFilter;
  readonly whole: { readonly family: string; readonly where: LabelFilter };
  /** Alarming is the first of which both hold. */
  readonly pairs: readonly BurnPair[];
}

/** The share of bad events is above `limit`, over a `long` and over a `short` time in seconds. */
export interface BurnPair {
  readonly long: number;
  readonly short: number;
  readonly limit: number;
}

/** What number of a metric a rule looks at. In process and in PromQL it is the same one. */
export type Meaning = BurnMeaning | MetricMeaning;

/** What a name of a metric says. */
export type MetricMeaning = Measured &
  (
    | /** The sum of a gauge now. */ { readonly kind: 'level' }
    | /** How much a counter grew over the duration. */ { readonly kind: 'increase' }
    | /** The same per second. */ { readonly kind: 'rate' }
    | /** A quantile of what was observed over the duration. */ {
        readonly kind: 'quantile';
        readonly quantile: number;
        readonly bounds: readonly number[];
        /** Kept in exponential buckets as well: some Prometheus then have no others. */
        readonly native: boolean;
      }
    | /** What a counter grew by, as a share of that and of what others grew by; nothing while none of them grows. */ {
        readonly kind: 'ratio';
        readonly others: { readonly family: string; readonly where: LabelFilter };
      }
  );

/** Finds out what is meant. @throws RangeError whose message finishes «Cannot make the rule: ». */
export function meaningOf(metric: string, table: MetricTable = METRICS): MetricMeaning {
  const found = resolveMetric(metric, table);
  const row = found && table[found.name];
  if (found === undefined || row === undefined) {
    throw new RangeError(
      `there is no metric "${metric}"; take a name of the catalogue, and .rate of counters or .p50 to .p99 of histograms`,
    );
  }
  const { name: family, type, view, scale } = found;
  const common = { family, familyLabels: row.labels, scale };
  if (view === 'success_rate') return { ...common, kind: 'ratio', others: FAULTS };
  if (view === 'rate') return { ...common, kind: 'rate' };
  if (type === 'gauge') return { ...common, kind: 'level' };
  if (type === 'counter') return { ...common, kind: 'increase' };
  if (view === 'value') {
    throw new RangeError(`"${metric}" is a histogram; say which quantile is meant, e.g. "${metric}.p95"`);
  }
  return {
    ...common,
    kind: 'quantile',
    quantile: Number(view.slice(1)) / 100,
    bounds: row.bounds ?? [],
    native: row.native ?? false,
  };
}
