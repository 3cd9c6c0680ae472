import { expect } from 'chai';
import type { Operator } from '../../src/alerts/condition.ts';
import { type Rehearsal, rehearse } from '../../src/alerts/rehearsal.ts';
import type { AlertRule } from '../../src/alerts/rule.ts';
import { ruleTest, ruleTestFile } from '../../src/alerts/rule-test.ts';
import { prometheusRules } from '../../src/alerts/rules-file.ts';
import { promtool, whyNoPromtool } from './promtool.ts';
import { randomScenario, STEP, withRule } from './scenarios.ts';

const SCENARIOS = 80;

/** Engines with a planted fault: rules they mistake for others. */
const MUTANTS: Readonly<Record<string, (rule: AlertRule) => AlertRule>> = {
  '> is taken for >=, and < for <=': (rule) => ({ ...rule, test: { ...rule.test, operator: widened(rule) } }),
  'it looks over one step too much': (rule) => ({ ...rule, duration: rule.duration + STEP }),
  'it forgets to go on firing': (rule) => ({ ...rule, keepFiringFor: 0 }),
  'it takes labels together': (rule) => ({ ...rule, by: [] }),
};

function widened({ test }: AlertRule): Operator {
  const wider: Partial<Record<Operator, Operator>> = { '>': '>=', '<': '<=' };
  return wider[test.operator] ?? test.operator;
}

describe('the engine and Prometheus, over the same samples', () => {
  before(function () {
    const missing = whyNoPromtool();
    if (missing === undefined) return;
    console.log(`      skipped: ${missing}`);
    this.skip();
  });

  const scenarios = Array.from({ length: SCENARIOS }, (_none, seed) => randomScenario(seed));

  it(`agree on every state at every step of ${SCENARIOS} scenarios`, () => {
    const states = scenarios.flatMap((scenario) => rehearse(scenario).flat());
    // What never happens cannot be disagreed on.
    expect(states.filter(({ state }) => state === 'firing').length).above(1000);
    expect(states.filter(({ state }) => state === 'pending').length).above(100);
    expect(disagreements(scenarios)).deep.equal([]);
  });

  for (const [mutant, change] of Object.entries(MUTANTS)) {
    it(`do not when the engine has a fault: ${mutant}`, () => {
      expect(disagreements(scenarios.slice(0, 25), change).length).above(0);
    });
  }
});

/** Names of the scenarios in which promtool expects other states than the engine found. */
function disagreements(scenarios: readonly Rehearsal[], change = (rule: AlertRule) => rule): string[] {
  const files: Record<string, unknown> = {};
  const tests: string[] = [];
  for (const [index, scenario] of scenarios.entries()) {
    const checks = rehearse(withRule(scenario, change)).map((alerts, step) => ({ step, alerts }));
    files[`rules-${index}.yml`] = prometheusRules(scenario.rules);
    files[`test-${index}.yml`] = ruleTestFile([`rules-${index}.yml`], STEP, [ruleTest(scenario, checks)]);
    tests.push(`test-${index}.yml`);
  }
  const { text } = promtool(files, 'test', 'rules', ...tests);
  const answers = text.split('Unit Testing:').slice(1);
  expect(answers.length, text).equal(scenarios.length);
  return scenarios.filter((_scenario, index) => !answers[index]?.includes('SUCCESS')).map(({ name }) => name);
}
