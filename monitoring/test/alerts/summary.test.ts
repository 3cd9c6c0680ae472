import { expect } from 'chai';
import { NUMBER_TEXTS, rounded } from '../../src/alerts/number-text.ts';
import { fillSummary, templateFault } from '../../src/alerts/summary.ts';
import { promtool, whyNoPromtool } from './promtool.ts';

const VALUES = [
  ...[0, 1, 30, 10.345678, 999.4, 1000, 1234, 1_234_567, 0.4489999999999995, 0.001, 0.0000021, -12.5, -0.02],
  ...[0.95, 0.8234432, 59.994, 60, 61.5, 312, 3600, 86_399, 90_061, 200_000, -75],
];

/** What is more than a hundred wholes is written with an exponent there. */
const meantBy = (how: string): readonly number[] =>
  VALUES.map((value) => (how === 'humanizePercentage' && Math.abs(value) > 99 ? 0.5 : value));

describe('the summary of an alert', () => {
  it('holds the value and labels, and no digit too many', () => {
    const text = 'p99 of {{ $labels.tool }} is {{$value}} ({{ $value | humanizeDuration }}), {{ $labels.zone }}';
    expect(fillSummary(text, 0.4489999999999995, { tool: 'song' })).equal('p99 of song is 0.449 (449ms), ');
    expect(fillSummary('{{ $value | humanizePercentage }} left', 0.07, {})).equal('7% left');
    expect([1_234_567, 0.1 + 0.2, Number.POSITIVE_INFINITY].map(rounded)).deep.equal(['1234567', '0.3', 'Infinity']);
  });

  it('knows of the templates of Prometheus those that both engines understand', () => {
    expect(templateFault('{{ $value | humanize }} of {{ $labels.tool }}', ['tool'])).equal(undefined);
    expect(templateFault('{{ $value | humanize1024 }}', [])).match(
      /asks for \{\{ \$value \| humanize1024 \}\}; there are/,
    );
    expect(templateFault('{{ $labels.tool }}', [])).match(/have the labels alertname, severity/);
    expect(templateFault('{{ $value | printf "%f" }}', [])).match(/no other template/);
    expect(templateFault('', [])).match(/needs a text/);
  });

  it('writes numbers as Prometheus does', function () {
    const missing = whyNoPromtool();
    if (missing !== undefined) {
      console.log(`      skipped: ${missing}`);
      this.skip();
    }
    const ways = Object.keys(NUMBER_TEXTS);
    const rules = ways.map((how) => ({
      alert: how,
      expr: `m{how="${how}"}`,
      annotations: { text: `{{ $value | ${how} }}` },
    }));
    const test = {
      interval: '1m',
      input_series: ways.flatMap((how) =>
        meantBy(how).map((value, n) => ({ series: `m{how="${how}", n="${n}"}`, values: String(value) })),
      ),
      alert_rule_test: Object.entries(NUMBER_TEXTS).map(([how, write]) => ({
        ...{ eval_time: '0s', alertname: how },
        exp_alerts: meantBy(how).map((value, n) => ({
          exp_labels: { how, n: `${n}` },
          exp_annotations: { text: write(value) },
        })),
      })),
    };
    const files = {
      'rules.yml': { groups: [{ name: 'texts', rules }] },
      'test.yml': { rule_files: ['rules.yml'], tests: [test] },
    };
    const { status, text } = promtool(files, 'test', 'rules', 'test.yml');
    expect(status, text).equal(0);
  });
});
