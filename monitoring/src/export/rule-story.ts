import type { AlertRule } from '../alerts/rule.ts';
import { growing, observed, share } from './growth-story.ts';
import { rehearsal, type Story, series } from './story.ts';
import { contrast, numbersAround } from './story-values.ts';

/** Longer than any rule needs to notice, in steps. */
const A_WHILE = 4;

/**
 * A story of a rule: all is well, then it is alarming long enough, then all is well again. Undefined for a rule that
 * nothing can set off, and for the rules of objectives, which have a story of their own.
 */
export function ruleStory(rule: AlertRule, stepSeconds: number): Story | undefined {
  const { meaning } = rule;
  switch (meaning.kind) {
    case 'level':
      return level(rule, stepSeconds);
    case 'increase':
      return growing(rule, stepSeconds, 1);
    case 'rate':
      return growing(rule, stepSeconds, rule.duration);
    case 'ratio':
      return share(rule, stepSeconds, meaning.others);
    case 'quantile':
      return observed(rule, stepSeconds, meaning);
    case 'burn':
      return undefined;
  }
}

/** A gauge is calm, alarming for its duration and a while longer, calm again. */
function level(rule: AlertRule, stepSeconds: number): Story | undefined {
  const { test, duration, keepFiringFor, meaning } = rule;
  const values = contrast(test, numbersAround(test), (value) => value);
  if (values === undefined) return undefined;
  const alarming = duration / stepSeconds + A_WHILE;
  const after = keepFiringFor / stepSeconds + A_WHILE;
  const samples = [
    ...Array<number>(A_WHILE).fill(values.calm),
    ...Array<number>(alarming).fill(values.alarming),
    ...Array<number>(after).fill(values.calm),
  ].map((value) => [value / meaning.scale]);
  return {
    rehearsal: rehearsal(rule, stepSeconds, [series(rule, 'gauge', samples)]),
    looks: [A_WHILE - 1, A_WHILE + alarming - 1, samples.length - 1],
  };
}
