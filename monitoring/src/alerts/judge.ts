import type { MetricType } from '../metrics/reading.ts';
import { holds } from './condition.ts';
import type { GrowthGroup, GrowthSignal } from './growth-signal.ts';
import { quantileOf } from './quantile.ts';
import type { AlertRule } from './rule.ts';
import type { Sampler } from './sampler.ts';
import type { Signal } from './signal.ts';

/** Told of everything that is alarming now: `key` stands for `labels`, the values of the labels `by`. */
export type Accuse = (key: string, labels: readonly string[], value: number) => void;

/** Says what of a rule is alarming. */
export interface Judge {
  /** What it looks at. */
  readonly signals: readonly Signal[];
  judge(accuse: Accuse): void;
}

/** Finds what a rule needs, and makes its judge. */
export function judgeOf(rule: AlertRule, sampler: Sampler): Judge {
  const { meaning, by, where, test, minSamples } = rule;
  const { family, scale } = meaning;
  const overMs = rule.duration * 1000;
  const growthOf = (name: string, type: MetricType, width: number) =>
    sampler.growth({ family: name, type, by, where }, { width, overMs });

  if (meaning.kind === 'level') {
    const signal = sampler.level({ family, type: 'gauge', by, where });
    return {
      signals: [signal],
      judge(accuse) {
        for (const [key, group] of signal.groups) {
          const level = signal.level(group);
          if (level !== undefined && holds(test, level * scale)) accuse(key, group.labels, level * scale);
        }
      },
    };
  }

  if (meaning.kind === 'ratio') {
    const [part, whole] = [growthOf(family, 'counter', 1), growthOf(meaning.whole, 'counter', 1)];
    return overGrowth(whole, overMs, [part], (growth, key) => {
      const [all = 0] = growth;
      const share = all < minSamples ? Number.NaN : partGrowth(part, key, overMs) / all;
      return holds(test, share * scale) ? share * scale : undefined;
    });
  }

  if (meaning.kind === 'quantile') {
    const { quantile, bounds } = meaning;
    const signal = growthOf(family, 'histogram', bounds.length + 1);
    return overGrowth(signal, overMs, [], (growth) => {
      const value = quantileOf(quantile, bounds, growth) * scale;
      return holds(test, value) && count(growth) >= minSamples ? value : undefined;
    });
  }

  const per = meaning.kind === 'rate' ? rule.duration : 1;
  return overGrowth(growthOf(family, 'counter', 1), overMs, [], ([growth = 0]) => {
    const value = (growth / per) * scale;
    return holds(test, value) ? value : undefined;
  });
}

/** `alarming` answers the value when what a group grew by is alarming. */
export function overGrowth(
  signal: GrowthSignal,
  overMs: number,
  others: readonly Signal[],
  alarming: (growth: Float64Array, key: string) => number | undefined,
): Judge {
  return {
    signals: [signal, ...others],
    judge(accuse) {
      for (const [key, group] of signal.groups) {
        const growth = signal.growth(group, overMs);
        const value = growth && alarming(growth, key);
        if (value !== undefined) accuse(key, group.labels, value);
      }
    },
  };
}

/** Nobody was counted there yet: 0. */
export function partGrowth(part: GrowthSignal, key: string, overMs: number): number {
  const group: GrowthGroup | undefined = part.groups.get(key);
  return (group && part.growth(group, overMs)?.[0]) ?? 0;
}

function count(counts: Float64Array): number {
  return counts.reduce((sum, one) => sum + one, 0);
}
