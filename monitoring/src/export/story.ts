import type { Rehearsal, RehearsedSeries } from '../alerts/rehearsal.ts';
import type { AlertRule } from '../alerts/rule.ts';
import type { MetricType } from '../metrics/reading.ts';
import { labelsWithin } from './story-values.ts';

/** What metrics do around one alert, and the steps at which it is worth looking: before, while it fires, after. */
export interface Story {
  readonly rehearsal: Rehearsal;
  readonly looks: readonly [number, number, number];
}

/** One series a rule looks at. `family`: that of the rule unless said. */
export function series(
  { meaning: { family: own, familyLabels }, where }: AlertRule,
  type: MetricType,
  samples: readonly (readonly number[])[],
  family = own,
  bounds?: readonly number[],
): RehearsedSeries {
  const labels = labelsWithin(familyLabels, where);
  return { family, type, labels, samples, ...(bounds !== undefined && { bounds }) };
}

export function rehearsal(rule: AlertRule, stepSeconds: number, all: readonly RehearsedSeries[]): Rehearsal {
  return { name: rule.name, rules: [rule], stepSeconds, series: all };
}
