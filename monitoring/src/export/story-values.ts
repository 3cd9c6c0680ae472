import { type Condition, holds } from '../alerts/condition.ts';
import type { LabelFilter } from '../alerts/label-filter.ts';

/** A value that is alarming and one that is not, as far from the threshold as they go without being odd. */
export interface Contrast<Value> {
  readonly calm: Value;
  readonly alarming: Value;
}

/**
 * The first of the candidates for which the condition holds, and the first for which it does not. Undefined when all are alike:
 * then there is no story to tell. `measure`: what a candidate comes to as the rule sees it.
 */
export function contrast<Value>(
  condition: Condition,
  candidates: readonly Value[],
  measure: (candidate: Value) => number,
  calmCandidates: readonly Value[] = candidates,
): Contrast<Value> | undefined {
  const alarming = candidates.find((candidate) => holds(condition, measure(candidate)));
  const calm = calmCandidates.find((candidate) => !holds(condition, measure(candidate)));
  return alarming === undefined || calm === undefined ? undefined : { calm, alarming };
}

/** Numbers around a threshold, plain ones first. */
export function numbersAround({ threshold }: Condition): readonly number[] {
  const size = Math.abs(threshold);
  return [2 * size + 1, threshold / 2, 0, threshold, -2 * size - 1];
}

/** What labels are called that a rule does not care about. */
const ANY = 'example';

/** Labels of a series that a filter lets pass. */
export function labelsWithin(labels: readonly string[], where: LabelFilter): Readonly<Record<string, string>> {
  return Object.fromEntries(labels.map((label) => [label, valueWithin(where[label])]));
}

function valueWithin(choice: LabelFilter[string] | undefined): string {
  if (choice === undefined) return ANY;
  if (typeof choice === 'string') return choice;
  if (Array.isArray(choice)) return choice[0] ?? ANY;
  const { not } = choice as { readonly not: string | readonly string[] };
  return not === ANY || not.includes(ANY) ? `${ANY}_2` : ANY;
}

/** A value that a choice does not let pass. */
export function valueWithout(choice: LabelFilter[string]): string {
  if (typeof choice === 'string') return `not_${choice}`;
  if (!Array.isArray(choice)) {
    const { not } = choice as { readonly not: string | readonly string[] };
    return typeof not === 'string' ? not : (not[0] ?? ANY);
  }
  return `not_${choice.join('_')}`;
}
