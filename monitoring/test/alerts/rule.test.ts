import { expect } from 'chai';
import fc from 'fast-check';
import { holds, type Operator, parseCondition } from '../../src/alerts/condition.ts';
import { type AlertRule, alertRule } from '../../src/alerts/rule.ts';
import { HIGH_ERROR_RATE } from './house.ts';

describe('an alert rule', () => {
  it('is made of the keys of the requirements alone', () => {
    const rule: AlertRule = alertRule({ ...HIGH_ERROR_RATE, enabled: true });
    expect(rule).deep.include({ ...HIGH_ERROR_RATE, enabled: true, by: [], where: {}, labels: {}, keepFiringFor: 0 });
    expect(rule.test).deep.equal({ operator: '>', threshold: 10 });
    expect(rule.meaning).deep.include({ kind: 'increase', family: 'mcp_operations_error_total' });
  });

  it('has defaults for what most rules do not say', () => {
    const { cooldown: _cooldown, severity: _severity, ...least } = HIGH_ERROR_RATE;
    expect(alertRule(least)).deep.include({ cooldown: 900, severity: 'warning', enabled: true, minSamples: 1 });
  });

  const REFUSED: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ['a name with a space', { name: 'high error' }, 'its name needs a letter'],
    ['a metric nobody knows', { metric: 'mcp.operations.eror' }, 'there is no metric "mcp.operations.eror"'],
    ['a quantile of a counter', { metric: 'mcp.operations.error.p95' }, 'there is no metric'],
    [
      'a histogram without a quantile',
      { metric: 'mcp.tools.duration' },
      'say which quantile is meant, e.g. "mcp.tools.duration.p95"',
    ],
    ['a condition without operator', { condition: '10' }, 'condition "10" is none'],
    ['a condition with two', { condition: '> 10 and < 20' }, 'condition "> 10 and < 20" is none'],
    ['a condition that is no text', { condition: 10 }, 'condition "10" is none'],
    ['no duration', { duration: undefined }, 'duration is undefined; give 1 to 86400 seconds'],
    ['a duration of 0 for a counter', { duration: 0 }, 'duration is 0; give 1 to 86400 seconds'],
    ['a duration of 2 days', { duration: 172_800 }, 'duration is 172800'],
    ['a duration that is no number', { duration: Number.NaN }, 'duration is NaN'],
    ['a cooldown of 0', { cooldown: 0 }, 'cooldown is 0; give 1 to 604800 seconds'],
    ['an unknown severity', { severity: 'page' }, 'severity "page" is none of critical, warning, info'],
    ['enabled that is no flag', { enabled: 'no' }, 'enabled is no; say true or false'],
    ['a label the metric does not have', { by: ['tool'] }, 'by names "tool"; the labels are method, transport, code'],
    ['a label twice', { by: ['code', 'code'] }, 'by names a label twice'],
    [
      'a filter of an unknown label',
      { where: { tool: 'x' } },
      'where names "tool"; the labels are method, transport, code',
    ],
    ['a filter that is none', { where: { code: [] } }, 'where "code" needs a text'],
    ['a filter that is a list', { where: ['code'] }, 'where is no object of labels'],
    ['a label of its own that is taken', { labels: { severity: 'x' } }, 'label "severity" is taken'],
    ['a label of its own with a bad name', { labels: { 'a-b': 'x' } }, '"a-b" is no name of a label'],
    ['a label of its own that is no text', { labels: { team: 1 } }, 'label "team" needs a text'],
    ['a negative holdFor', { holdFor: -1 }, 'holdFor is -1'],
    ['a negative keepFiringFor', { keepFiringFor: -1 }, 'keepFiringFor is -1'],
    ['minSamples of a counter', { minSamples: 5 }, 'minSamples is for quantiles and success rates'],
    ['a runbook that is no URL', { runbook: 'wiki' }, 'runbook "wiki" is no URL'],
    ['a summary with a template we do not know', { summary: '{{ $value | title }}' }, 'no other template'],
    ['a summary with a label it has not', { summary: '{{ $labels.code }}' }, 'summary asks for {{ $labels.code }}'],
    ['an empty summary', { summary: '' }, 'summary needs a text'],
    ['channels that are no names', { channels: [''] }, 'channels needs a list of names'],
    ['an option there is not', { treshold: 5 }, 'there is no option "treshold"'],
  ];
  for (const [what, change, sentence] of REFUSED) {
    it(`refuses ${what}`, () => {
      expect(() => alertRule({ ...HIGH_ERROR_RATE, ...change })).throw(RangeError, sentence);
    });
  }

  it('refuses half a sample', () => {
    const rule = { ...HIGH_ERROR_RATE, metric: 'mcp.operations.success_rate', minSamples: 0.5 };
    expect(() => alertRule(rule)).throw('minSamples is 0.5; give a whole number');
  });

  it('refuses a quantile beyond the last bucket, which could never be seen', () => {
    const rule = { ...HIGH_ERROR_RATE, metric: 'mcp.operations.duration.p95' };
    expect(() => alertRule({ ...rule, condition: '> 300' })).throw(
      'Cannot make the alert rule "high_error_rate": it could never fire: the last bucket of mcp_operations_duration_seconds ends at 300',
    );
    expect(alertRule({ ...rule, condition: '>= 300' }).duration).equal(300);
    expect(alertRule({ ...rule, metric: 'tool_duration_ms.p95', condition: '> 5000' }).meaning.scale).equal(1000);
  });

  it('takes metrics that are described elsewhere', () => {
    const table = { my_renders_total: { type: 'counter', help: 'Renders', labels: ['preset'] } } as const;
    const rule = alertRule({ ...HIGH_ERROR_RATE, metric: 'my_renders_total.rate', by: ['preset'] }, table);
    expect(rule.meaning).deep.include({ kind: 'rate', family: 'my_renders_total' });
  });
});

describe('a condition', () => {
  const OPERATORS: readonly [string, (value: number, threshold: number) => boolean][] = [
    ['>', (value, threshold) => value > threshold],
    ['>=', (value, threshold) => value >= threshold],
    ['<', (value, threshold) => value < threshold],
    ['<=', (value, threshold) => value <= threshold],
    ['==', (value, threshold) => value === threshold],
    ['!=', (value, threshold) => value !== threshold],
  ];

  it('is an operator and a number, in any spelling of numbers', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    const space = fc.constantFrom('', ' ', '  ');
    fc.assert(
      fc.property(
        fc.constantFrom(...OPERATORS),
        number,
        fc.integer({ min: -9, max: 9 }),
        space,
        ([operator, is], a, b, gap) => {
          for (const threshold of [a, b]) {
            const condition = parseCondition(`${gap}${operator}${gap}${threshold}${gap}`);
            expect(condition?.operator).equal(operator);
            for (const value of [threshold, threshold + 1, threshold - 1, 0, Infinity, -Infinity]) {
              expect(condition && holds(condition, value)).equal(is(value, threshold));
            }
          }
        },
      ),
    );
  });

  it('is not what only looks like one', () => {
    for (const text of [
      '',
      '>',
      '> ',
      '=> 1',
      '= 1',
      '> ten',
      '> 1e',
      '> 1e999',
      '> Infinity',
      '> NaN',
      '> 0x10',
      '> 1,5',
      '>> 1',
    ]) {
      expect(parseCondition(text), text).equal(undefined);
    }
  });

  it('never holds for what is not a number', () => {
    for (const operator of ['>', '>=', '<', '<=', '==', '!='] satisfies Operator[]) {
      expect(holds({ operator, threshold: 0 }, Number.NaN)).equal(false);
    }
  });
});
