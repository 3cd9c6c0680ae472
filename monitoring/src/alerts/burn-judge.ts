import type { GrowthSignal } from './growth-signal.ts';
import type { BurnMeaning } from './meaning.ts';
import type { AlertRule } from './rule.ts';
import type { Sampler } from './sampler.ts';
import type { Judge } from './verdict.ts';

/** One time over which the share of bad events is known. */
interface Window {
  readonly counted: GrowthSignal;
  readonly whole: GrowthSignal;
}

/** Says whether the error budget of an objective is used up too fast: now, and for long enough. */
export function burnJudge({ minSamples }: AlertRule, meaning: BurnMeaning, sampler: Sampler): Judge {
  const { family, where, whole, counts } = meaning;
  const windowOf = (seconds: number): Window => ({
    counted: sampler.growth({ family, where, type: 'counter', by: [] }, 1, seconds * 1000),
    whole: sampler.growth({ ...whole, type: 'counter', by: [] }, 1, seconds * 1000),
  });
  const badShare = ({ counted, whole: all }: Window): number => {
    const share = growthIn(counted) / growthIn(all);
    return counts === 'bad' ? share : 1 - share;
  };
  const pairs = meaning.pairs.map(({ long, short, limit }) => ({
    long: windowOf(long),
    short: windowOf(short),
    limit,
  }));
  return {
    signals: pairs.flatMap(({ long, short }) => [long.counted, long.whole, short.counted, short.whole]),
    judge(accuse) {
      for (const { long, short, limit } of pairs) {
        const share = badShare(long);
        // Without events both are 0, and 0 / 0 is above no limit.
        if (!(share > limit && badShare(short) > limit && growthIn(long.whole) >= minSamples)) continue;
        accuse('[]', [], share);
        return;
      }
    },
  };
}

/** Of the one group there is without labels; 0 where nothing was counted yet. */
function growthIn(signal: GrowthSignal): number {
  const group = signal.groups.get('[]');
  return (group && signal.growth(group)?.[0]) ?? 0;
}
