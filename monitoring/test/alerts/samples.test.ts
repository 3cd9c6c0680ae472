import { expect } from 'chai';
import { LevelSignal } from '../../src/alerts/level-signal.ts';
import { alertRule } from '../../src/alerts/rule.ts';
import type { FamilyReading, SeriesReading } from '../../src/metrics/reading.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { BUSY, HIGH_ERROR_RATE, House } from './house.ts';

const CALL = ['tools/call', 'http', 'A'] as const;

describe('what alerts are judged by', () => {
  it('counts a series that appears with all it has: it began at 0 since the last look', () => {
    const house = new House([{ ...HIGH_ERROR_RATE, by: ['code'] }]);
    const errors = house.counter('mcp_operations_error_total');
    house.pass(30);
    errors.cell(...CALL).inc(50);
    expect(house.pass(15)).deep.equal(['firing!']);
    expect(house.events[0]?.alert.value).equal(50);
    expect(house.pass(300)).deep.equal(['resolved!']);
  });

  it('counts a metric that was defined after the first look as well', () => {
    const house = new House([HIGH_ERROR_RATE]);
    house.pass(30);
    house
      .counter('mcp_operations_error_total')
      .cell(...CALL)
      .inc(50);
    expect(house.pass(15)).deep.equal(['firing!']);
  });

  it('takes a counter that shrank for one that began anew', () => {
    const house = new House([HIGH_ERROR_RATE]);
    const errors = house.counter('mcp_operations_error_total');
    errors.cell(...CALL).inc(1000);
    house.pass(30);
    errors.remove(...CALL);
    errors.cell(...CALL).inc(10);
    expect(house.pass(15)).deep.equal([]);
    errors.cell(...CALL).inc(1);
    expect(house.pass(15)).deep.equal(['firing!']);
    expect(house.events[0]?.alert.value).equal(11);
  });

  it('takes a histogram that shrank for one that began anew', () => {
    const house = new House([
      { name: 'slow', metric: 'mcp.tools.duration.p50', condition: '> 5', duration: 300, minSamples: 3 },
    ]);
    const took = house.histogram('mcp_tools_duration_seconds');
    for (let call = 0; call < 100; call += 1) took.cell('voice').observe(8);
    house.pass(30);
    took.remove('voice');
    took.cell('voice').observe(8);
    took.cell('voice').observe(8);
    expect(house.pass(15)).deep.equal([]);
    took.cell('voice').observe(8);
    expect(house.pass(15)).deep.equal(['firing!']);
  });

  it('keeps what a series grew by when it goes away, until that is too old', () => {
    const house = new House([HIGH_ERROR_RATE]);
    const errors = house.counter('mcp_operations_error_total');
    house.pass(15);
    errors.cell(...CALL).inc(11);
    house.pass(15);
    errors.remove(...CALL);
    expect(house.pass(240)).deep.equal([]);
    expect(house.pass(60)).deep.equal(['resolved!']);
  });

  it('has no alert over a gauge that is gone', () => {
    const rule = { name: 'open', metric: 'mcp_breaker_state', where: { state: 'open' }, condition: '> 0', duration: 0 };
    const house = new House([{ ...rule, by: ['breaker'] }]);
    const states = house.gauge('mcp_breaker_state');
    states.cell('voice', 'open').set(1);
    states.cell('music', 'closed').set(1);
    expect(house.pass(15)).deep.equal(['firing!']);
    states.remove('voice', 'open');
    expect(house.pass(15)).deep.equal(['resolved!']);
  });

  it('says nothing of a metric that is not there', () => {
    const missing = { duration: 60, condition: '< 1' };
    const house = new House([
      { ...missing, name: 'gauge', metric: 'mcp_jobs' },
      { ...missing, name: 'counter', metric: 'mcp.operations.started' },
      { ...missing, name: 'histogram', metric: 'mcp.tools.duration.p99' },
    ]);
    expect(house.pass(600)).deep.equal([]);
    expect(house.log).deep.equal([]);
  });

  it('says nothing of what is not a number, whatever the operator', () => {
    let value = Number.NaN;
    const conditions = ['> 1', '>= 1', '< 1', '<= 1', '== 1', '!= 1'];
    const rules = conditions.map((condition, index) => ({
      ...{ name: `rule_${index}`, metric: 'mcp_slow_consumers', condition, duration: 0 },
    }));
    const house = new House(
      rules.map((rule) => alertRule(rule)),
      { source: () => family('gauge', () => value) },
    );
    expect(house.pass(60)).deep.equal([]);
    value = 5;
    expect(house.pass(15).length).equal(3);
    value = Number.NaN;
    expect(house.pass(15)).deep.equal(['resolved!', 'resolved!', 'resolved!']);
  });

  it('takes a counter that is not a number for one that is not there', () => {
    let value = 100;
    const source = () => family('counter', () => value, 'mcp_audit_failed_total');
    const rule = { name: 'lost', metric: 'mcp_audit_failed_total', condition: '> 0', duration: 60 };
    const house = new House([rule], { source });
    house.pass(30);
    value = Number.NaN;
    expect(house.pass(30)).deep.equal([]);
    value = 101;
    expect(house.pass(15)).deep.equal(['firing!']);
    expect(house.events[0]?.alert.value).equal(1);
  });

  it('leaves a rule as it is while its metric cannot be read, and the others go on', () => {
    let isBroken = false;
    const [busy, errors] = [family('gauge', () => 9), family('counter', () => 0, 'mcp_audit_failed_total')];
    const source = (name: string) => (name === busy.name ? { ...busy, series } : errors);
    const series = () => {
      if (isBroken) throw new Error('no such file');
      return busy.series();
    };
    const other = { name: 'quiet', metric: 'mcp_audit_failed_total', condition: '== 0', duration: 60 };
    const house = new House([{ ...BUSY, duration: 0 }, other], { source });
    expect(house.pass(15)).deep.equal(['firing!']);
    isBroken = true;
    expect(house.pass(45)).deep.equal(['firing!']);
    expect(house.states).deep.equal(['firing', 'firing']);
    expect(house.engine.list()[0]?.fault).equal('no such file');
    expect(house.log).deep.equal(['An alert rule cannot be evaluated']);
    isBroken = false;
    house.pass(15);
    expect(house.engine.list()[0]?.fault).equal(undefined);
  });

  it('says so when a metric is not of the type, or has not the buckets, that its rule expects', () => {
    const histogram = {
      bounds: [1],
      counts: Float64Array.of(0, 0),
      sum: 0,
      count: 0,
      exemplars: undefined,
      native: undefined,
    };
    const source = (name: string): FamilyReading =>
      name === 'mcp_slow_consumers' ? family('counter', () => 1) : family('histogram', () => 0, name, histogram);
    const slow = { name: 'slow', metric: 'mcp_ping_rtt_seconds.p99', condition: '> 0.05', duration: 60 };
    const house = new House([BUSY, slow], { source });
    house.pass(15);
    expect(house.engine.list().map(({ fault }) => fault)).deep.equal([
      'mcp_slow_consumers is a counter, and a gauge was expected',
      'mcp_ping_rtt_seconds has 2 numbers in a series, and 12 were expected',
    ]);
  });

  it('fires nothing because the clock on the wall was set', () => {
    const house = new House([BUSY, HIGH_ERROR_RATE]);
    house.gauge('mcp_slow_consumers').cell().set(9);
    house.counter('mcp_operations_error_total').cell(...CALL);
    house.pass(30);
    house.wall += 86_400_000;
    expect(house.pass(15)).deep.equal([]);
    house.wall -= 2 * 86_400_000;
    expect(house.pass(15)).deep.equal([]);
    expect(house.pass(15)).deep.equal(['firing!']);
  });

  it('does nothing when it looks again in the same moment, or the hands go back', () => {
    const house = new House([{ ...BUSY, duration: 0 }]);
    const busy = house.gauge('mcp_slow_consumers').cell();
    house.pass(15);
    busy.set(9);
    expect(house.engine.evaluate()).deep.equal([]);
    house.steady -= 5_000;
    expect(house.engine.evaluate()).deep.equal([]);
    house.steady += 5_001;
    expect(house.engine.evaluate().length).equal(1);
  });

  it('reads a metric once for all rules that look at it, and no more when the last of them is gone', () => {
    const read: string[] = [];
    const source = (name: string) => void read.push(name);
    const house = new House([BUSY, { ...BUSY, name: 'busier', condition: '> 50' }], { source });
    house.pass(15);
    expect(read).deep.equal(['mcp_slow_consumers']);
    house.engine.removeRule('busy');
    house.pass(15);
    expect(read.length).equal(2);
    house.engine.removeRule('busier');
    house.pass(15);
    expect(read.length).equal(2);
  });

  it('forgets series and groups that went away', () => {
    const source = { family: 'mcp_jobs', type: 'gauge', by: ['kind'], where: {} } as const;
    const signal = new LevelSignal(source);
    const jobs = new MetricRegistry().gauge({ name: 'mcp_jobs', help: 'Jobs', labels: ['kind', 'state'] });
    for (let look = 1; look <= 160; look += 1) {
      jobs.clear();
      jobs.cell(`kind ${look}`, 'queued').set(1);
      signal.begin(jobs, look);
      for (const series of jobs.series()) signal.take(series);
      signal.end();
    }
    expect(signal.groups.size).equal(1);
  });

  it('takes a series that comes back after longer than anybody looks back for a new one', () => {
    const house = new House([HIGH_ERROR_RATE]);
    const errors = house.counter('mcp_operations_error_total');
    errors.cell(...CALL).inc(100);
    house.pass(30);
    errors.remove(...CALL);
    house.pass(120);
    errors.cell(...CALL).inc(105);
    expect(house.pass(15)).deep.equal([]);
    errors.remove(...CALL);
    house.pass(600);
    errors.cell(...CALL).inc(110);
    expect(house.pass(15)).deep.equal(['firing!']);
  });

  it('looks as far back as was meant when looks come a little late or early', () => {
    const house = new House([HIGH_ERROR_RATE]);
    const errors = house.counter('mcp_operations_error_total').cell(...CALL);
    house.pass(15);
    errors.inc(11);
    const told: string[] = [];
    for (let look = 1; look <= 24; look += 1) {
      house.move(15 + (look % 3 === 1 ? 0.9 : -0.4));
      told.push(...house.engine.evaluate().map(({ change }) => `${change} ${look}`));
    }
    expect(told).deep.equal(['firing 1', 'resolved 21']);
  });

  it('does not see more than it may after nobody looked for a long time', () => {
    const house = new House([HIGH_ERROR_RATE]);
    const errors = house.counter('mcp_operations_error_total').cell(...CALL);
    house.pass(300);
    errors.inc(8);
    house.pass(15);
    house.move(3600);
    errors.inc(8);
    house.engine.evaluate();
    expect(house.pass(15)).deep.equal([]);
  });

  it('looks over a day in steps of less than three minutes, with room for 514 looks', () => {
    const day = 86_400;
    const house = new House([
      { name: 'cost', metric: 'mcp_provider_cost_usd_total', condition: '>= 10', duration: day },
    ]);
    const cost = house.counter('mcp_provider_cost_usd_total').cell('eleven', 'speech');
    house.pass(15);
    cost.inc(10);
    expect(house.pass(15)).deep.equal(['firing!']);
    expect(house.pass(day - 180)).deep.equal(new Array(95).fill('reminder!'));
    expect(house.pass(360).at(-1)).equal('resolved!');
  });
});

function family(
  type: FamilyReading['type'],
  value: () => number,
  name = 'mcp_slow_consumers',
  histogram: SeriesReading['histogram'] = undefined,
): FamilyReading {
  const series = { labelValues: [], labelText: '', exemplar: undefined, histogram };
  return {
    ...{ name, help: '', unit: undefined, type, labels: [], size: 1 },
    series: () => [{ ...series, value: value() }],
  };
}
