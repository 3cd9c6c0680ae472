import { filterMatchers, type LabelFilter } from './label-filter.ts';
import type { BurnMeaning, BurnPair } from './meaning.ts';
import type { AlertRule } from './rule.ts';

/** An alerting rule as a rules file of Prometheus has it. */
export interface PrometheusAlert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * The same rule for Prometheus. Quotients and quantiles are made of increases where one would usually see rates: the
 * durations cancel out, and what is left are whole numbers, so that 19 of 20 is 0.95 and not a little less.
 *
 * `increase` estimates what it cannot see: where scrapes are not in step with the evaluation, and from Prometheus 3 on
 * always, it stretches what it saw over the whole duration, by one scrape interval at most.
 */
export function toPromQL(rule: AlertRule): PrometheusAlert {
  const { name, duration, holdFor, keepFiringFor, severity, labels, summary, runbook, meaning } = rule;
  const held = meaning.kind === 'level' ? duration : holdFor;
  return {
    alert: name,
    expr: expression(rule),
    ...(held > 0 ? { for: promDuration(held) } : {}),
    ...(keepFiringFor > 0 ? { keep_firing_for: promDuration(keepFiringFor) } : {}),
    labels: { severity, ...labels },
    annotations: { summary, ...(runbook === undefined ? {} : { runbook_url: runbook }) },
  };
}

/** `300s`, `1500ms`. */
export function promDuration(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}s` : `${Math.max(1, Math.round(seconds * 1000))}ms`;
}

/** How much a counter grew. */
export function increase(family: string, where: LabelFilter, seconds: number): string {
  const matchers = filterMatchers(where);
  const selector = matchers.length > 0 ? `${family}{${matchers.join(',')}}` : family;
  return `increase(${selector}[${promDuration(seconds)}])`;
}

/** `part` divided by `whole`, where a part without series is 0 as long as the whole has some. */
export function shareOf(part: string, whole: string): string {
  return `(${part} or 0 * ${whole}) / ${whole}`;
}

/** Name of the recording rule for the share of bad events over some time. */
export function burnRecord(seconds: number): string {
  return `slo:bad_events:ratio_increase${promDuration(seconds)}`;
}

function expression(rule: AlertRule): string {
  const { meaning, by, where, duration, test, minSamples } = rule;
  if (meaning.kind === 'burn') return meaning.pairs.map((pair) => burnExpression(rule, meaning, pair)).join(' or ');
  const grown = (family: string, ...more: string[]) => sum([...more, ...by], increase(family, where, duration));
  const orNone = (vector: string, other: string) => `(${vector} or 0 * ${other})`;
  const [measure, samples] = (() => {
    switch (meaning.kind) {
      case 'level': {
        const matchers = filterMatchers(where);
        const level = sum(by, matchers.length > 0 ? `${meaning.family}{${matchers.join(',')}}` : meaning.family);
        return [level, undefined];
      }
      case 'increase':
        return [grown(meaning.family), undefined];
      case 'rate':
        return [`${grown(meaning.family)} / ${duration}`, undefined];
      case 'ratio': {
        const part = grown(meaning.family);
        const rest = sum(by, increase(meaning.others.family, { ...where, ...meaning.others.where }, duration));
        const all = `(${orNone(part, rest)} + ${orNone(rest, part)})`;
        return [`${orNone(part, rest)} / ${all}`, all];
      }
      case 'quantile': {
        const buckets = grown(`${meaning.family}_bucket`, 'le');
        const classic = `histogram_quantile(${meaning.quantile}, ${buckets})`;
        const count = grown(`${meaning.family}_count`);
        if (!meaning.native) return [classic, count];
        const native = grown(meaning.family);
        return [
          `(${classic} or histogram_quantile(${meaning.quantile}, ${native}))`,
          `(${count} or histogram_count(${native}))`,
        ];
      }
    }
  })();
  const scaled = meaning.scale === 1 ? measure : `${measure} * ${meaning.scale}`;
  const alarming = `${scaled} ${test.operator} ${test.threshold}`;
  if (samples !== undefined && minSamples > 1) return `${alarming} and ${samples} >= ${minSamples}`;
  // NaN differs from every number, itself included: nothing is known, and nobody is to be woken by that.
  return test.operator === '!=' ? `${alarming} and ${scaled} == ${scaled}` : alarming;
}

function burnExpression(
  { minSamples }: AlertRule,
  { slo, whole }: BurnMeaning,
  { long, short, limit }: BurnPair,
): string {
  const above = (seconds: number) => `${burnRecord(seconds)}{slo="${slo}"} > ${limit}`;
  const both = `${above(long)} and ${above(short)}`;
  if (minSamples === 1) return both;
  return `${both} and on () ${sum([], increase(whole.family, whole.where, long))} >= ${minSamples}`;
}

function sum(by: readonly string[], vector: string): string {
  return by.length > 0 ? `sum by (${by.join(', ')}) (${vector})` : `sum(${vector})`;
}
