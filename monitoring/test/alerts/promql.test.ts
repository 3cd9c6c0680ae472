import { expect } from 'chai';
import { defaultRules } from '../../src/alerts/defaults.ts';
import { filterMatchers, seriesFilter } from '../../src/alerts/label-filter.ts';
import { promDuration, toPromQL } from '../../src/alerts/promql.ts';
import { alertRule } from '../../src/alerts/rule.ts';
import type { AlertRuleOptions } from '../../src/alerts/rule-options.ts';
import { prometheusRules } from '../../src/alerts/rules-file.ts';
import { slo } from '../../src/alerts/slo.ts';
import { METRICS } from '../../src/catalogue/metrics.ts';
import { HIGH_ERROR_RATE } from './house.ts';
import { promtool, whyNoPromtool } from './promtool.ts';

const RULE = { ...HIGH_ERROR_RATE, name: 'r' };
const S = 'sum(increase(mcp_operations_success_total[300s]))';
const F = 'sum(increase(mcp_operations_error_total{code=~"-32603|5020|tool_error|5030|5031|5033|5040|5070"}[300s]))';
const GOOD = `(${S} or 0 * ${F})`;
const FAULTS = `(${F} or 0 * ${S})`;

describe('a rule in PromQL', () => {
  const EXPRESSIONS: readonly (readonly [string, Partial<AlertRuleOptions>, string])[] = [
    ['a counter', {}, 'sum(increase(mcp_operations_error_total[300s])) > 10'],
    [
      'some series of a counter, by label',
      { by: ['code', 'method'], where: { code: { not: ['A', 'B.C'] }, transport: 'http' } },
      'sum by (code, method) (increase(mcp_operations_error_total{code!~"A|B\\\\.C",transport="http"}[300s])) > 10',
    ],
    ['a rate', { metric: 'mcp.operations.error.rate' }, 'sum(increase(mcp_operations_error_total[300s])) / 300 > 10'],
    ['a gauge', { metric: 'mcp.connections.active' }, 'sum(mcp_connections_active) > 10'],
    [
      'a gauge that is to differ',
      { metric: 'mcp_jobs', where: { state: 'queued' }, condition: '!= 0' },
      'sum(mcp_jobs{state="queued"}) != 0 and sum(mcp_jobs{state="queued"}) == sum(mcp_jobs{state="queued"})',
    ],
    [
      'a quantile, of the classic buckets or of the exponential ones',
      { metric: 'mcp.operations.duration.p95', by: ['method'] },
      '(histogram_quantile(0.95, sum by (le, method) (increase(mcp_operations_duration_seconds_bucket[300s]))) or histogram_quantile(0.95, sum by (method) (increase(mcp_operations_duration_seconds[300s])))) > 10',
    ],
    [
      'a quantile in milliseconds, of enough calls',
      { metric: 'tool_duration_ms.p99', condition: '>= 5e3', minSamples: 20 },
      '(histogram_quantile(0.99, sum by (le) (increase(mcp_tools_duration_seconds_bucket[300s]))) or histogram_quantile(0.99, sum(increase(mcp_tools_duration_seconds[300s])))) * 1000 >= 5000 and (sum(increase(mcp_tools_duration_seconds_count[300s])) or histogram_count(sum(increase(mcp_tools_duration_seconds[300s])))) >= 20',
    ],
    [
      'the success rate',
      { metric: 'mcp.operations.success_rate', condition: '< 0.95' },
      `${GOOD} / (${GOOD} + ${FAULTS}) < 0.95`,
    ],
  ];
  for (const [what, change, expression] of EXPRESSIONS) {
    it(`asks for ${what}`, () => {
      expect(toPromQL(alertRule({ ...RULE, ...change })).expr).equal(expression);
    });
  }

  it('waits for gauges alone, and goes on firing for as long', () => {
    expect(toPromQL(alertRule({ ...RULE, keepFiringFor: 90 }))).deep.equal({
      alert: 'r',
      expr: 'sum(increase(mcp_operations_error_total[300s])) > 10',
      keep_firing_for: '90s',
      labels: { severity: 'warning' },
      annotations: { summary: 'mcp.operations.error is {{ $value }}, which is > 10 over 300 s' },
    });
    const gauge = {
      ...RULE,
      metric: 'mcp_jobs',
      duration: 1.5,
      runbook: 'https://example.org/r',
      labels: { team: 'a' },
    };
    expect(toPromQL(alertRule(gauge))).deep.include({
      for: '1500ms',
      labels: { severity: 'warning', team: 'a' },
      annotations: {
        summary: 'mcp_jobs is {{ $value }}, which is > 10 for 1.5 s',
        runbook_url: 'https://example.org/r',
      },
    });
    expect(toPromQL(alertRule({ ...gauge, duration: 0 }))).not.property('for');
  });

  it('writes durations as Prometheus reads them', () => {
    expect([60, 0.25, 1e-9].map(promDuration)).deep.equal(['60s', '250ms', '1ms']);
  });

  it('tests the same series as the engine, whatever is in their labels', function () {
    const missing = whyNoPromtool();
    if (missing !== undefined) {
      console.log(`      skipped: ${missing}`);
      this.skip();
    }
    const odd = ['a', 'a.b', 'a|b', 'a"b', 'a\\b', '^a$', '(a)+', 'ä{2}', 'a b', ''];
    const choices = [...odd, ['a.b', 'a|b'], odd, { not: 'a"b' }, { not: ['^a$', '(a)+', ''] }];
    const input = odd.map((value, index) => ({
      series: `m{label=${JSON.stringify(value)}, n="${index}"}`,
      values: '1',
    }));
    const checks = choices.map((label) => {
      const isMeant = seriesFilter({ label }, ['label']);
      const found = odd.filter((value) => isMeant([value])).length;
      return {
        expr: `count(m{${filterMatchers({ label })}})`,
        eval_time: '0s',
        exp_samples: [{ labels: '{}', value: found }],
      };
    });
    const test = { interval: '1m', input_series: input, promql_expr_test: checks };
    const { status, text } = promtool({ 'test.yml': { rule_files: [], tests: [test] } }, 'test', 'rules', 'test.yml');
    expect(status, text).equal(0);
  });
});

describe('the default rules', () => {
  const BY_HEART = [
    ...['high_error_rate', 'low_success_rate', 'high_response_time', 'too_many_connections', 'breaker_open'],
    ...['worker_down', 'jobs_wait_too_long', 'event_loop_lag', 'slow_consumers', 'provider_quota_low', 'auth_failures'],
    ...['audit_write_failed', 'monitoring_series_dropped', 'cost_per_hour', 'no_traffic'],
  ];

  it('watch what should wake people, and no traffic only when asked to', () => {
    const rules = defaultRules();
    expect(rules.map(({ name }) => name)).deep.equal(BY_HEART);
    expect(rules.filter(({ enabled }) => !enabled).map(({ name }) => name)).deep.equal(['no_traffic']);
    expect(rules.map(({ meaning }) => meaning.family)).satisfy((names: string[]) =>
      names.every((name) => name in METRICS),
    );
  });

  it('are a rules file promtool accepts, with an objective', function () {
    const missing = whyNoPromtool();
    if (missing !== undefined) {
      console.log(`      skipped: ${missing}`);
      this.skip();
    }
    const total = { metric: 'mcp.operations.started' };
    const available = slo({ name: 'available', objective: 0.999, total, good: { metric: 'mcp.operations.success' } });
    const file = prometheusRules(defaultRules(), [available]);
    const { status, text } = promtool({ 'rules.yml': file }, 'check', 'rules', 'rules.yml');
    expect(status, text).equal(0);
    // 13 that are on, and 7 records and 2 alerts of the objective.
    expect(text).include('23 rules found');
  });

  it('leave the rules file out that nobody has rules for', () => {
    expect(prometheusRules([])).deep.equal({ groups: [] });
  });
});
