import { holds } from '../alerts/condition.ts';
import type { AlertRule } from '../alerts/rule.ts';
import type { MetricType } from '../metrics/reading.ts';
import { rehearsal, type SeriesOf, type Story, series } from './story.ts';
import { type Contrast, contrast, numbersAround } from './story-values.ts';

/** No event at all, where others have a number. */
const NOTHING = Number.NaN;

/** A counter grows by as much as is calm in every duration, once by as much as is alarming, then as before. */
export function growing(rule: AlertRule, stepSeconds: number, seconds: number): Story | undefined {
  const { test, meaning } = rule;
  const candidates = numbersAround(test).filter((value) => value >= 0);
  const values = contrast(test, candidates, (value) => value);
  if (values === undefined) return undefined;
  const jumps = (value: number): readonly number[] => [(value * seconds) / meaning.scale];
  return told(rule, stepSeconds, values, (wanted) => [{ type: 'counter', jumps: jumps(wanted) }]);
}

/** Of a hundred events and more, so many are counted as is calm or alarming. Without events nothing is ever alarming. */
export function share(rule: AlertRule, stepSeconds: number, others: SeriesOf): Story | undefined {
  const { threshold } = rule.test;
  const all = Math.max(100, 2 * rule.minSamples);
  const counts = [1, threshold / 2, 0, threshold, (1 + threshold) / 2].map((of) => Math.round(of * all));
  const candidates = [...counts.filter((part) => part >= 0 && part <= all), NOTHING];
  const values = contrast(rule.test, candidates, (part) => (part / all) * rule.meaning.scale);
  const growth = (part: number): readonly Growth[] => [
    { type: 'counter', jumps: [Number.isNaN(part) ? 0 : part] },
    { type: 'counter', jumps: [Number.isNaN(part) ? 0 : all - part], of: others },
  ];
  return values && told(rule, stepSeconds, values, growth);
}

/** Everything that is observed falls into a bucket that is calm or alarming. */
export function observed(
  rule: AlertRule,
  stepSeconds: number,
  {
    bounds,
    quantile,
    scale,
  }: { readonly bounds: readonly number[]; readonly quantile: number; readonly scale: number },
): Story | undefined {
  const measure = (bucket: number): number => {
    if (Number.isNaN(bucket)) return Number.NaN;
    const [lower = 0, upper = lower] = [bounds[bucket - 1], bounds[bucket]];
    return (lower + (upper - lower) * quantile) * scale;
  };
  const up = Array.from({ length: bounds.length + 1 }, (_, bucket) => bucket);
  const down = [...up].reverse();
  const values = holds(rule.test, Number.MAX_VALUE)
    ? contrast(rule.test, down, measure, [...up, NOTHING])
    : contrast(rule.test, up, measure, [...down, NOTHING]);
  const all = 2 * Math.max(5, rule.minSamples);
  const growth = (bucket: number): readonly Growth[] => [
    { type: 'histogram', jumps: [...up].map((at) => (at === bucket ? all : 0)), bounds },
  ];
  return values && told(rule, stepSeconds, values, growth);
}

/** How one series grows in one duration. */
interface Growth {
  readonly type: MetricType;
  /** Of a histogram: of each bucket. */
  readonly jumps: readonly number[];
  /** Those of the rule unless said. */
  readonly of?: SeriesOf;
  readonly bounds?: readonly number[];
}

/**
 * Growth comes in jumps, one in each duration, so that whoever looks back for a duration sees exactly the newest jump: calm
 * ones, an alarming one, and calm ones for as long as it takes.
 */
function told<Value>(
  rule: AlertRule,
  stepSeconds: number,
  { calm, alarming }: Contrast<Value>,
  growth: (value: Value) => readonly Growth[],
): Story {
  const steps = rule.duration / stepSeconds;
  // At the very beginning nothing has grown yet, which may be alarming too.
  const quiet = 2 + Math.ceil(rule.keepFiringFor / rule.duration);
  const calmly = Array<Value>(quiet).fill(calm);
  const periods = [...calmly, alarming, ...calmly].map(growth);
  const all = growth(calm).map(({ type, of, bounds }, at) => {
    const jumps = periods.map((period) => period[at]?.jumps ?? []);
    return series(rule, type, accumulated(jumps, steps), of, bounds);
  });
  const middle = Math.floor(steps / 2);
  return {
    rehearsal: rehearsal(rule, stepSeconds, all),
    looks: [quiet * steps - 1, quiet * steps + middle, periods.length * steps - 1],
  };
}

/** Numbers since the beginning: each jump at the first step of its period. */
function accumulated(periods: readonly (readonly number[])[], steps: number): readonly (readonly number[])[] {
  const sums = periods.map((_, at) =>
    (periods[0] ?? []).map((__, part) => periods.slice(0, at + 1).reduce((sum, jumps) => sum + (jumps[part] ?? 0), 0)),
  );
  return sums.flatMap((sum) => Array.from({ length: steps }, () => sum));
}
