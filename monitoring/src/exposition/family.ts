import type { MetricType, SeriesReading } from '../metrics/reading.ts';

/** A family that can be rendered: one of ours, or one that somebody else keeps, who may have summaries too. */
export interface ExposedFamily {
  readonly name: string;
  readonly help: string;
  readonly unit: string | undefined;
  readonly type: ExposedType;
  readonly labels: readonly string[];
  /** Called once per rendering, at the family's turn. */
  series(): Iterable<ExposedSeries>;
}

export type ExposedType = MetricType | 'summary';

export interface ExposedSeries extends SeriesReading {
  readonly summary?: SummaryReading | undefined;
}

/** Quantiles that were computed where they were observed. We make none: they cannot be added up across instances. */
export interface SummaryReading {
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
  readonly sum: number;
  readonly count: number;
}

/** A family whose figures must be waited for. */
export interface LateFamily {
  readonly name: string;
  readonly type: ExposedType;
  read(): Promise<ExposedFamily>;
}

/** Where families come from: a `MetricRegistry`, or what `fromPromClient` makes of another registry. */
export interface FamilySource {
  families(): Iterable<ExposedFamily | LateFamily>;
}
