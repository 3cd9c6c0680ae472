import { METRICS } from '../catalogue/metrics.ts';
import type { MetricTable } from '../catalogue/row.ts';
import type { Condition } from './condition.ts';
import type { LabelFilter } from './label-filter.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import { checkRule, conditionOf } from './rule-checks.ts';
import type { AlertRuleOptions, Severity } from './rule-options.ts';

/** A rule that was looked at and found sound. */
export interface AlertRule {
  readonly name: string;
  readonly metric: string;
  readonly condition: string;
  readonly duration: number;
  readonly cooldown: number;
  readonly severity: Severity;
  readonly enabled: boolean;
  readonly by: readonly string[];
  readonly where: LabelFilter;
  readonly labels: Readonly<Record<string, string>>;
  readonly holdFor: number;
  readonly keepFiringFor: number;
  readonly minSamples: number;
  readonly runbook: string | undefined;
  readonly summary: string;
  readonly channels: readonly string[] | undefined;
  /** `condition`, taken apart. */
  readonly test: Condition;
  /** `metric`, found. */
  readonly meaning: Meaning;
}

/**
 * Makes a rule. `table`: where its metric is described, when it is not one of Callsheet's own.
 * @throws RangeError that quotes what was wrong and says what would do.
 */
export function alertRule(options: AlertRuleOptions, table: MetricTable = METRICS): AlertRule {
  try {
    const meaning = meaningOf(options.metric, table);
    checkRule(options, meaning);
    return fill(options, meaning);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`Cannot make the alert rule "${options.name}": ${error.message}`);
  }
}

function fill(options: AlertRuleOptions, meaning: Meaning): AlertRule {
  const { name, metric, condition, duration, by = [] } = options;
  return {
    name,
    metric,
    condition,
    duration,
    cooldown: options.cooldown ?? 900,
    severity: options.severity ?? 'warning',
    enabled: options.enabled ?? true,
    by,
    where: options.where ?? {},
    labels: options.labels ?? {},
    holdFor: options.holdFor ?? 0,
    keepFiringFor: options.keepFiringFor ?? 0,
    minSamples: options.minSamples ?? 1,
    runbook: options.runbook,
    summary: options.summary ?? defaultSummary(options, meaning),
    channels: options.channels,
    test: conditionOf(condition),
    meaning,
  };
}

function defaultSummary({ metric, condition, duration, by = [] }: AlertRuleOptions, meaning: Meaning): string {
  const where = by.map((label) => `, ${label} {{ $labels.${label} }}`).join('');
  const time = meaning.kind === 'level' ? `for ${duration} s` : `over ${duration} s`;
  return `${metric} is {{ $value }}, which is ${condition} ${time}${where}`;
}
