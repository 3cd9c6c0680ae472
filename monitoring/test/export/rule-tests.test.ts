import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { defaultRules } from '../../src/alerts/defaults.ts';
import { type AlertRule, alertRule } from '../../src/alerts/rule.ts';
import type { AlertRuleOptions } from '../../src/alerts/rule-options.ts';
import type { RuleTestFile } from '../../src/alerts/rule-test.ts';
import { prometheusRules } from '../../src/alerts/rules-file.ts';
import { type Slo, slo } from '../../src/alerts/slo.ts';
import { ruleTests, sloTests } from '../../src/export/rule-tests.ts';

const OBJECTIVES = [
  slo({
    ...{ name: 'availability', objective: 0.999 },
    ...{ bad: { metric: 'mcp.operations.error' }, total: { metric: 'mcp.operations.started' } },
  }),
  slo({
    ...{ name: 'tools', objective: 0.95 },
    good: { metric: 'mcp.tools.calls', where: { status: 'success' } },
    total: { metric: 'mcp.tools.calls', where: { tool: { not: 'example' } } },
  }),
  slo({
    ...{ name: 'providers', objective: 0.99 },
    bad: { metric: 'mcp_provider_requests_total', where: { outcome: { not: 'ok' } } },
    total: { metric: 'mcp_provider_requests_total' },
  }),
];

/** Rules of every kind, most of them with a story. */
const rules: fc.Arbitrary<AlertRule> = fc
  .record({
    metric: fc.constantFrom(
      ...['mcp.operations.error', 'mcp_jobs', 'mcp.operations.success_rate', 'mcp_tools_duration_seconds.p95'],
      ...[
        'tool_duration_ms.p50',
        'mcp.tools.calls.rate',
        'mcp_provider_quota_remaining',
        'mcp_gateway_overhead_seconds.p99',
      ],
    ),
    operator: fc.constantFrom('>', '>=', '<', '<=', '==', '!='),
    threshold: fc.constantFrom(0, 0.05, 0.5, 1, 3, 40, 900),
    duration: fc.constantFrom(60, 120, 300),
    keepFiringFor: fc.constantFrom(0, 0, 60),
    by: fc.boolean(),
  })
  .map(({ metric, operator, threshold, duration, keepFiringFor, by }) => ({
    ...{ name: 'rule', metric, condition: `${operator} ${threshold}`, duration, keepFiringFor },
    ...(by && metric.includes('tool') && { by: ['tool'] }),
  }))
  // Sums of fractions drift: nobody compares those exactly.
  .filter(({ condition }) => !/^[=!]= 0\.05/.test(condition))
  .filter(isSound)
  .map((options) => alertRule(options));

describe('the tests of exported rules', () => {
  it('show of every usual rule that it is quiet, fires, and is quiet again', () => {
    const usual = defaultRules().filter(({ enabled }) => enabled);
    const { tests } = ruleTests(defaultRules());
    expect(tests.map(({ name }) => name)).to.deep.equal(usual.map(({ name }) => name));
    for (const test of tests) expect(told(test), test.name).to.deep.equal(['', 'firing', '']);
  });

  it('show the same of objectives, at both speeds', () => {
    for (const test of sloTests(OBJECTIVES).tests) {
      expect(told(test), test.name).to.deep.equal(['', 'firing firing', '']);
    }
  });

  it('find a story for every rule that can both hold and not hold', () => {
    fc.assert(
      fc.property(rules, (rule) => {
        const { tests } = ruleTests([rule]);
        if (tests[0] === undefined) expect(canChange(rule)).to.equal(false);
        else expect(told(tests[0])).to.deep.equal(['', 'firing', '']);
      }),
    );
  });

  it('look often enough for the shortest duration, and at steps that divide them all', () => {
    const of = (...durations: readonly number[]): string =>
      ruleTests(durations.map((duration, at) => rule(`r${at}`, { duration }))).evaluation_interval;
    expect(of(300, 60, 3600)).to.equal('15s');
    expect(of(90, 60)).to.equal('6s');
    expect(of(40)).to.equal('10s');
    expect(of(5)).to.equal('1s');
    expect(of(7, 300)).to.equal('1s');
    expect(of()).to.equal('15s');
  });

  it('leave out what is not enabled, and what cannot be told in whole seconds', () => {
    const all = [rule('on'), rule('off', { enabled: false }), rule('odd', { duration: 1.5 })];
    expect(ruleTests(all).tests.map(({ name }) => name)).to.deep.equal(['on']);
  });

  it('are passed by Prometheus', function () {
    const random = fc.sample(rules, { numRuns: 40, seed: 20 }).map((rule, at) => ({ ...rule, name: `random_${at}` }));
    for (const all of [random, defaultRules()]) {
      const { status, output } = promtool(all, [], ruleTests(all)) ?? this.skip();
      expect(status, output).to.equal(0);
    }
    const { status, output } = promtool([], OBJECTIVES, sloTests(OBJECTIVES)) ?? this.skip();
    expect(status, output).to.equal(0);
  });

  it('are failed by rules that say something else', function () {
    const rule = (condition: string): AlertRule =>
      alertRule({ name: 'rule', metric: 'mcp.operations.error', condition, duration: 60 });
    const { status, output } = promtool([rule('< 10')], [], ruleTests([rule('> 10')])) ?? this.skip();
    expect(status).to.equal(1);
    expect(output).to.contain('FAILED');
  });
});

/** At each look, the states of the alerts there are. */
function told({ promql_expr_test }: RuleTestFile['tests'][number]): readonly string[] {
  return promql_expr_test.map(({ exp_samples }) =>
    exp_samples.map(({ labels }) => /alertstate="(\w+)"/.exec(labels)?.[1]).join(' '),
  );
}

function rule(name: string, options: Partial<AlertRuleOptions> = {}): AlertRule {
  return alertRule({ name, metric: 'mcp.operations.error', condition: '> 10', duration: 60, ...options });
}

/** Of what no number can change there is no story: growth is never below 0, a share never above 1. */
function canChange({ meaning, test: { operator, threshold } }: AlertRule): boolean {
  if (meaning.kind === 'level') return true;
  const [least, most] = meaning.kind === 'ratio' ? [0, 1] : [0, Number.POSITIVE_INFINITY];
  // Where nothing happened there is no share and no quantile, and so no alarm; a growth of 0 there is.
  const isAlways = meaning.kind !== 'ratio' && meaning.kind !== 'quantile' && operator === '>=' && threshold <= least;
  const isNever =
    (operator === '<' && threshold <= least) ||
    (operator === '>' && threshold >= most) ||
    (['>=', '=='].includes(operator) && threshold > most);
  // All that is observed is in one bucket, and its quantile somewhere within.
  const isWithinBucket = meaning.kind === 'quantile' && !operator.startsWith('>');
  return !(isAlways || isNever || isWithinBucket);
}

function isSound(options: AlertRuleOptions): boolean {
  try {
    alertRule(options);
    return true;
  } catch {
    return false;
  }
}

/** Undefined, with a word why, where it is not installed. */
function promtool(
  rules: readonly AlertRule[],
  slos: readonly Slo[],
  ...files: readonly RuleTestFile[]
): { readonly status: number | null; readonly output: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'callsheet-rules-'));
  try {
    mkdirSync(join(folder, 'rules'));
    // JSON is YAML too: here it is not the writing that is tested.
    writeFileSync(join(folder, 'rules/callsheet.yml'), JSON.stringify(prometheusRules(rules, slos)));
    const names = files.map((_, at) => `test_${at}.yml`);
    names.forEach((name, at) => {
      writeFileSync(join(folder, name), JSON.stringify(files[at]));
    });
    const { error, status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', ...names], {
      ...{ cwd: folder, encoding: 'utf8' },
    });
    if (error === undefined) return { status, output: (stdout + stderr).slice(0, 4_000) };
    console.log('    (promtool is not installed: rules were not tested)');
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
