import { bucketQuantile } from '../metrics/quantile.ts';
import type { MetricType } from '../metrics/reading.ts';
import { burnJudge } from './burn-judge.ts';
import { holds } from './condition.ts';
import type { GrowthSignal } from './growth-signal.ts';
import type { Meaning } from './meaning.ts';
import type { AlertRule } from './rule.ts';
import type { Sampler } from './sampler.ts';
import type { Judge } from './verdict.ts';

type Of<Kind extends Meaning['kind']> = Extract<Meaning, { readonly kind: Kind }>;

/** Finds what a rule needs, and makes its judge. */
export function judgeOf(rule: AlertRule, sampler: Sampler): Judge {
  const { meaning } = rule;
  switch (meaning.kind) {
    case 'level':
      return levelJudge(rule, meaning, sampler);
    case 'ratio':
      return ratioJudge(rule, meaning, sampler);
    case 'quantile':
      return quantileJudge(rule, meaning, sampler);
    case 'burn':
      return burnJudge(rule, meaning, sampler);
    case 'increase':
    case 'rate':
      return increaseJudge(rule, meaning, sampler);
  }
}

function levelJudge({ test, by, where }: AlertRule, { family, scale }: Of<'level'>, sampler: Sampler): Judge {
  const signal = sampler.level({ family, type: 'gauge', by, where });
  return {
    signals: [signal],
    judge(accuse) {
      for (const [key, group] of signal.groups) {
        const value = (signal.level(group) ?? Number.NaN) * scale;
        if (holds(test, value)) accuse(key, group.labels, value);
      }
    },
  };
}

function increaseJudge(rule: AlertRule, meaning: Of<'increase' | 'rate'>, sampler: Sampler): Judge {
  const per = meaning.kind === 'rate' ? rule.duration : 1;
  const signal = growthOf(rule, meaning.family, 'counter', 1, sampler);
  return growthJudge(rule, signal, ([growth = 0]) => (growth / per) * meaning.scale);
}

function quantileJudge(rule: AlertRule, meaning: Of<'quantile'>, sampler: Sampler): Judge {
  const { family, quantile, bounds, scale } = meaning;
  const signal = growthOf(rule, family, 'histogram', bounds.length + 1, sampler);
  return growthJudge(rule, signal, (growth) => {
    const value = (bucketQuantile(quantile, bounds, growth) ?? Number.NaN) * scale;
    const isEnough = rule.minSamples === 1 || growth.reduce((sum, count) => sum + count, 0) >= rule.minSamples;
    return isEnough ? value : Number.NaN;
  });
}

function ratioJudge(rule: AlertRule, { family, others, scale }: Of<'ratio'>, sampler: Sampler): Judge {
  const { test, where, minSamples } = rule;
  const part = growthOf(rule, family, 'counter', 1, sampler);
  const rest = growthOf({ ...rule, where: { ...where, ...others.where } }, others.family, 'counter', 1, sampler);
  return {
    signals: [part, rest],
    judge(accuse) {
      // Where none was counted yet, there were none: either of the two may have groups the other does not have.
      for (const [key, { labels }] of new Map([...part.groups, ...rest.groups])) {
        const some = grownIn(part, key);
        const all = some + grownIn(rest, key);
        const value = (some / all) * scale;
        if (all >= minSamples && holds(test, value)) accuse(key, labels, value);
      }
    },
  };
}

function grownIn(signal: GrowthSignal, key: string): number {
  const group = signal.groups.get(key);
  return (group && signal.growth(group)?.[0]) ?? 0;
}

function growthOf(rule: AlertRule, family: string, type: MetricType, width: number, sampler: Sampler): GrowthSignal {
  const { by, where, duration } = rule;
  return sampler.growth({ family, type, by, where }, width, duration * 1000);
}

/** Looks at what every group grew by; `measure` answers NaN where nothing is to be concluded. */
function growthJudge({ test }: AlertRule, signal: GrowthSignal, measure: (growth: Float64Array) => number): Judge {
  return {
    signals: [signal],
    judge(accuse) {
      for (const [key, group] of signal.groups) {
        const growth = signal.growth(group);
        const value = growth === undefined ? Number.NaN : measure(growth);
        if (holds(test, value)) accuse(key, group.labels, value);
      }
    },
  };
}
