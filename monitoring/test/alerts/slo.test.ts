import { expect } from 'chai';
import { type RehearsedSeries, rehearse } from '../../src/alerts/rehearsal.ts';
import { ruleTest, ruleTestFile } from '../../src/alerts/rule-test.ts';
import { prometheusRules } from '../../src/alerts/rules-file.ts';
import { type SloOptions, slo } from '../../src/alerts/slo.ts';
import { House } from './house.ts';
import { promtool, whyNoPromtool } from './promtool.ts';

const AVAILABLE: SloOptions = {
  name: 'available',
  objective: 0.999,
  total: { metric: 'mcp.operations.started' },
  bad: { metric: 'mcp.operations.error', where: { code: { not: '-32602' } } },
};

const MINUTE = 60;
const LABELS = { method: 'tools/call', transport: 'http' };

/** 100 requests a minute; of those of minute `n` so many fail. */
function traffic(minutes: number, failing: (minute: number) => number): RehearsedSeries[] {
  const sum = (perMinute: (minute: number) => number) => {
    let total = 0;
    return Array.from({ length: minutes }, (_none, minute) => {
      if (minute > 0) total += perMinute(minute);
      return [total];
    });
  };
  const counter = { type: 'counter' as const };
  return [
    { ...counter, family: 'mcp_operations_started_total', labels: LABELS, samples: sum(() => 100) },
    {
      ...counter,
      family: 'mcp_operations_success_total',
      labels: LABELS,
      samples: sum((minute) => 100 - failing(minute)),
    },
    { ...counter, family: 'mcp_operations_error_total', labels: { ...LABELS, code: '-32603' }, samples: sum(failing) },
    // The callers' own mistakes are not counted against us.
    { ...counter, family: 'mcp_operations_error_total', labels: { ...LABELS, code: '-32602' }, samples: sum(() => 50) },
  ];
}

describe('an objective', () => {
  it('pages at 14.4 and 6 times the pace its budget allows, and gives a ticket at 3 times and once', () => {
    const { rules } = slo(AVAILABLE);
    expect(rules.map(({ name, severity, condition, cooldown }) => [name, severity, condition, cooldown])).deep.equal([
      ['available_burns_fast', 'critical', '> 0.0144 over 3600 s and 300 s or > 0.006 over 21600 s and 1800 s', 3600],
      [
        'available_burns_slow',
        'warning',
        '> 0.003 over 86400 s and 7200 s or > 0.001 over 259200 s and 21600 s',
        86_400,
      ],
    ]);
  });

  const STORIES: readonly (readonly [string, number, (minute: number) => number, SloOptions])[] = [
    ['5 % fail for an hour', 400, (minute) => (minute > 120 && minute <= 180 ? 5 : 0), AVAILABLE],
    ['1 % fail for good', 900, (minute) => (minute > 60 ? 1 : 0), AVAILABLE],
    ['everything fails for 2 minutes', 300, (minute) => (minute > 100 && minute <= 102 ? 100 : 0), AVAILABLE],
    ['one fails now and then', 600, (minute) => (minute % 20 === 0 ? 1 : 0), AVAILABLE],
    [
      'the same with what succeeded',
      400,
      (minute) => (minute > 120 && minute <= 180 ? 5 : 0),
      { name: 'available', objective: 0.999, total: AVAILABLE.total, good: { metric: 'mcp.operations.success' } },
    ],
    ['too little happens to conclude anything', 300, () => 50, { ...AVAILABLE, minSamples: 3000 }],
  ];

  it('finds at every minute what Prometheus finds', function () {
    const missing = whyNoPromtool();
    if (missing !== undefined) {
      console.log(`      skipped: ${missing}`);
      this.skip();
    }
    const files: Record<string, unknown> = {};
    for (const [index, [name, minutes, failing, options]] of STORIES.entries()) {
      const objective = slo(options);
      const scenario = { name, rules: objective.rules, stepSeconds: MINUTE, series: traffic(minutes, failing) };
      const checks = rehearse(scenario).map((alerts, step) => ({ step, alerts }));
      files[`rules-${index}.yml`] = prometheusRules([], [objective]);
      files[`test-${index}.yml`] = ruleTestFile([`rules-${index}.yml`], MINUTE, [ruleTest(scenario, checks)]);
    }
    const tests = STORIES.map((_story, index) => `test-${index}.yml`);
    const { status, text } = promtool(files, 'test', 'rules', ...tests);
    expect(status, text.slice(0, 3000)).equal(0);
  });

  it('is silent before 5 % fail for an hour, pages during it, and is silent soon after', () => {
    const [, minutes, failing, options] = STORIES[0] ?? [];
    const { rules } = slo(options ?? AVAILABLE);
    const series = traffic(minutes ?? 0, failing ?? (() => 0));
    const found = rehearse({ name: '', rules, stepSeconds: MINUTE, series });
    const names = found.map((alerts) => alerts.map(({ labels }) => labels.alertname));
    expect(names.slice(0, 121).flat()).deep.equal([]);
    expect(names[150]).deep.equal(['available_burns_fast', 'available_burns_slow']);
    const last = names.findLastIndex((one) => one.includes('available_burns_fast'));
    // The half hour of the slower page is over.
    expect(last).within(180, 210);
  });

  it('is watched by the engine as any other rule', () => {
    const house = new House(slo(AVAILABLE).rules);
    const started = house.counter('mcp_operations_started_total').cell('tools/call', 'http');
    const errors = house.counter('mcp_operations_error_total').cell('tools/call', 'http', '-32603');
    house.pass(15);
    started.inc(1000);
    expect(house.pass(15)).deep.equal([]);
    started.inc(1000);
    errors.inc(100);
    expect(house.pass(15)).deep.equal(['firing!', 'firing!']);
    expect(house.events[0]?.alert).deep.include({ metric: 'slo.available', value: 0.05 });
    expect(house.events[0]?.alert.annotations.summary).equal('available: 5% of its events are bad, and 0.1% may be');
    expect(house.engine.removeRule('available_burns_fast')).equal(true);
    expect(house.pass(300)).deep.equal([]);
  });

  const REFUSED: readonly (readonly [string, Partial<SloOptions>, string])[] = [
    ['a name that is none', { name: 'a b' }, 'its name needs a letter'],
    ['an objective of 100 %', { objective: 1 }, 'its objective is 1; give a share from 0.5 to 0.99999'],
    ['both good and bad events', { good: AVAILABLE.total }, 'say which events are good, or which are bad'],
    ['a gauge', { total: { metric: 'mcp_jobs' } }, '"mcp_jobs" is no counter'],
    ['a metric nobody knows', { total: { metric: 'mcp.jobs.done' } }, 'there is no metric "mcp.jobs.done"'],
    [
      'a label there is not',
      { total: { metric: 'mcp.tools.calls', where: { code: '1' } } },
      'where of "mcp.tools.calls" names "code"',
    ],
    ['half a sample', { minSamples: 0.5 }, 'minSamples is 0.5'],
    ['a runbook that is no URL', { runbook: 'wiki' }, 'runbook "wiki" is no URL'],
  ];
  for (const [what, change, sentence] of REFUSED) {
    it(`refuses ${what}`, () => {
      expect(() => slo({ ...AVAILABLE, ...change })).throw(RangeError, sentence);
    });
  }
});
