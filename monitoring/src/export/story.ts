import type { LabelFilter } from '../alerts/label-filter.ts';
import type { Rehearsal, RehearsedSeries } from '../alerts/rehearsal.ts';
import type { AlertRule } from '../alerts/rule.ts';
import type { MetricType } from '../metrics/reading.ts';
import { labelsWithin } from './story-values.ts';

/** What metrics do around one alert, and the steps at which it is worth looking: before, while it fires, after. */
export interface Story {
  readonly rehearsal: Rehearsal;
  readonly looks: readonly [number, number, number];
}

/** Which series are meant, where it is not those of the rule. */
export interface SeriesOf {
  readonly family: string;
  readonly where: LabelFilter;
}

/** One series a rule looks at. `of`: those of the rule unless said. */
export function series(
  { meaning: { family, familyLabels }, where }: AlertRule,
  type: MetricType,
  samples: readonly (readonly number[])[],
  of: SeriesOf = { family, where: {} },
  bounds?: readonly number[],
): RehearsedSeries {
  const labels = labelsWithin([...familyLabels, ...Object.keys(of.where)], { ...where, ...of.where });
  return { family: of.family, type, labels, samples, ...(bounds !== undefined && { bounds }) };
}

export function rehearsal(rule: AlertRule, stepSeconds: number, all: readonly RehearsedSeries[]): Rehearsal {
  return { name: rule.name, rules: [rule], stepSeconds, series: all };
}
