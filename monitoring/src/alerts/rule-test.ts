import { quote } from './label-filter.ts';
import type { Rehearsal, RehearsedAlert, RehearsedSeries } from './rehearsal.ts';

/** A file for `promtool test rules`. */
export interface RuleTestFile {
  readonly rule_files: readonly string[];
  readonly evaluation_interval: string;
  readonly tests: readonly RuleTest[];
}

export interface RuleTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  /** Asks for the series Prometheus keeps of its alerts: one for each that is pending or firing. */
  readonly promql_expr_test: readonly {
    readonly expr: string;
    readonly eval_time: string;
    readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
  }[];
}

/** What is expected at one step. */
export interface ExpectedAlerts {
  readonly step: number;
  /** Those that are pending or firing, and no others. */
  readonly alerts: readonly RehearsedAlert[];
}

/** Writes a rehearsal down for Prometheus. All of one file have the same step. @param checks in the order of steps */
export function ruleTest({ name, rules, stepSeconds, series }: Rehearsal, checks: readonly ExpectedAlerts[]): RuleTest {
  const names = rules.map((rule) => rule.name).join('|');
  return {
    name,
    interval: `${stepSeconds}s`,
    input_series: series.flatMap(inputSeries),
    promql_expr_test: checks.map(({ step, alerts }) => ({
      expr: `ALERTS{alertname=~${quote(names.replaceAll('.', '\\.'))}}`,
      eval_time: `${step * stepSeconds}s`,
      exp_samples: alerts.map(({ labels, state }) => ({
        labels: `ALERTS${labelText({ ...labels, alertstate: state })}`,
        value: 1,
      })),
    })),
  };
}

/** @param ruleFiles paths, as seen from where the file will be */
export function ruleTestFile(
  ruleFiles: readonly string[],
  stepSeconds: number,
  tests: readonly RuleTest[],
): RuleTestFile {
  return { rule_files: ruleFiles, evaluation_interval: `${stepSeconds}s`, tests };
}

function inputSeries({ family, labels, bounds, samples }: RehearsedSeries): { series: string; values: string }[] {
  if (bounds === undefined) {
    return [{ series: family + labelText(labels), values: notation(samples.map((sample) => sample?.[0])) }];
  }
  const upTo = (bucket: number) =>
    notation(samples.map((sample) => sample?.slice(0, bucket + 1).reduce((sum, count) => sum + count, 0)));
  const buckets = [...bounds.map(String), '+Inf'].map((le, bucket) => ({
    series: `${family}_bucket${labelText({ ...labels, le })}`,
    values: upTo(bucket),
  }));
  return [...buckets, { series: `${family}_count${labelText(labels)}`, values: upTo(bounds.length) }];
}

/** promtool's own: `0+2x3` is 0 2 4 6, and `stale` says that a series is gone, as a scrape that does not find it does. */
function notation(values: readonly (number | undefined)[]): string {
  const parts: string[] = [];
  for (let at = 0; at < values.length; ) {
    const first = values[at];
    const rise = (values[at + 1] ?? Number.NaN) - (first ?? Number.NaN);
    let more = 0;
    // Of whole numbers alone: promtool adds one after the other, and sums of fractions would drift.
    while (
      Number.isInteger(rise) &&
      Number.isInteger(first) &&
      values[at + more + 1] === (first ?? 0) + rise * (more + 1)
    ) {
      more += 1;
    }
    if (first === undefined) parts.push(at === 0 || values[at - 1] === undefined ? '_' : 'stale');
    else parts.push(more < 2 ? String(first) : `${first}${rise < 0 ? '-' : '+'}${Math.abs(rise)}x${more}`);
    at += first !== undefined && more >= 2 ? more + 1 : 1;
  }
  return parts.join(' ');
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([label, value]) => `${label}=${quote(value)}`)
    .join(', ')}}`;
}
