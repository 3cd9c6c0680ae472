import { rehearse } from '../alerts/rehearsal.ts';
import type { AlertRule } from '../alerts/rule.ts';
import { type RuleTest, type RuleTestFile, ruleTest, ruleTestFile } from '../alerts/rule-test.ts';
import type { Slo } from '../alerts/slo.ts';
import { RULES_FILE } from './prometheus-config.ts';
import { ruleStory } from './rule-story.ts';
import { SLO_STEP_SECONDS, sloStory } from './slo-story.ts';
import type { Story } from './story.ts';

/** Seconds between two looks of the tests, at most: as often as Prometheus usually scrapes. */
const LONGEST_STEP = 15;
/** Looks in the shortest duration, at least: with fewer there is nothing to compare. */
const LOOKS = 4;

/**
 * `rules_test.yml`: each rule that is enabled is quiet, fires, and is quiet again, as the gateway's own engine does. Durations of
 * rules that are no whole seconds cannot be told in steps; such rules have no test.
 */
export function ruleTests(rules: readonly AlertRule[]): RuleTestFile {
  const told = rules.filter(
    ({ enabled, duration, keepFiringFor }) => enabled && Number.isInteger(duration) && Number.isInteger(keepFiringFor),
  );
  const step = stepOf(told.flatMap(({ duration, keepFiringFor }) => [duration, keepFiringFor]));
  return ruleTestFile(
    [RULES_FILE],
    step,
    told.flatMap((rule) => test(ruleStory(rule, step))),
  );
}

/** `objectives_test.yml`: the same for objectives, whose windows are hours and days. */
export function sloTests(slos: readonly Slo[]): RuleTestFile {
  return ruleTestFile(
    [RULES_FILE],
    SLO_STEP_SECONDS,
    slos.flatMap((slo) => test(sloStory(slo))),
  );
}

function test(story: Story | undefined): readonly RuleTest[] {
  if (story === undefined) return [];
  const states = rehearse(story.rehearsal);
  return [
    ruleTest(
      story.rehearsal,
      story.looks.map((step) => ({ step, alerts: states[step] ?? [] })),
    ),
  ];
}

/** The longest that divides every duration and is short enough for the shortest. */
function stepOf(durations: readonly number[]): number {
  const common = durations.reduce(divisor, 0);
  const most = Math.min(LONGEST_STEP, Math.max(1, Math.floor(common / LOOKS)));
  for (let step = most; step > 1; step -= 1) if (common % step === 0) return step;
  return common === 0 ? LONGEST_STEP : 1;
}

function divisor(one: number, other: number): number {
  return other === 0 ? one : divisor(other, one % other);
}
