import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { type HistogramSnapshot, type NumberSnapshot, snapshot } from '../../src/observe/snapshot.ts';
import { type Observing, observing, withTools } from './observing.ts';
import { callOf, run } from './told.ts';

const METRICS = ['mcp.operations.started', 'mcp.operations.success', 'mcp.operations.error', 'mcp.operations.duration'];

function numberOf(seen: Observing, name: string): NumberSnapshot {
  const metric = snapshot(seen.registry).metrics[name];
  if (metric === undefined || metric.type === 'histogram') throw new Error(`no number: ${name}`);
  return metric;
}

function histogramOf(registry: MetricRegistry, name: string): HistogramSnapshot {
  const metric = snapshot(registry).metrics[name];
  if (metric?.type !== 'histogram') throw new Error(`no histogram: ${name}`);
  return metric;
}

describe('a snapshot', () => {
  const observe = observing();
  const TOOLS = withTools({ draw: 'call', song: 'call' });

  it('knows metrics by the names of the requirements', () => {
    const { metrics } = snapshot(observe({ ...TOOLS, connections: () => [], picks: () => [] }).registry);
    expect(metrics).to.include.keys([
      ...METRICS,
      'mcp.connections.active',
      'mcp.tools.calls',
      'mcp_service_picks_total',
    ]);
    expect(metrics).to.not.include.keys(['mcp_operations_started_total']);
  });

  it('adds series up and shows those that are not 0, the highest first', () => {
    const seen = observe(TOOLS);
    for (const tool of ['draw', 'song', 'song']) run(callOf(tool));
    expect(numberOf(seen, 'mcp.tools.calls')).to.deep.equal({
      type: 'counter',
      value: 3,
      series: [
        { labels: { tool: 'song', status: 'success' }, value: 2 },
        { labels: { tool: 'draw', status: 'success' }, value: 1 },
      ],
    });
  });

  it('says how good requests went, and nothing before the first', () => {
    const seen = observe(TOOLS);
    expect(snapshot(seen.registry).success_rate).to.equal(null);
    for (const error of [undefined, undefined, undefined, new CallError('INTERNAL')]) {
      run(callOf('draw'), error === undefined ? {} : { error });
    }
    expect(snapshot(seen.registry).success_rate).to.equal(0.75);
    expect(snapshot(new MetricRegistry()).success_rate).to.equal(null);
  });

  it('says since when', () => {
    expect(snapshot(new MetricRegistry(), { uptimeSeconds: 77 }).uptime_seconds).to.equal(77);
    expect(snapshot(new MetricRegistry()).uptime_seconds).to.be.greaterThan(0);
  });

  it('finds quantiles of all series and of each', () => {
    const seen = observe(TOOLS);
    for (let nth = 1; nth <= 99; nth++) run(callOf('draw'), { tookMs: 100 });
    run(callOf('song'), { tookMs: 9000 });
    const { count, sum, p50, p99, series = [] } = histogramOf(seen.registry, 'mcp.tools.duration');
    expect(count).to.equal(100);
    expect(sum).to.be.closeTo(18.9, 1e-9);
    expect(p50).to.be.within(0.0955, 0.1045);
    expect(p99).to.be.within(0.0955, 0.1045);
    expect(series.map(({ labels }) => labels)).to.deep.equal([{ tool: 'draw' }, { tool: 'song' }]);
    expect(series[1]?.p50).to.be.within(8.6, 9.4);
  });

  it('joins exponential buckets of different width', () => {
    const registry = new MetricRegistry();
    const family = registry.histogram({ name: 'x_seconds', help: 'X', labels: ['a'], bounds: [1], native: true });
    for (let value = 1e-8; value < 1e8; value *= 1.01) family.cell('wide').observe(value);
    for (let nth = 0; nth < 100_000; nth++) family.cell('narrow').observe(3);
    family.cell('none');
    family.cell('zero').observe(0);
    const wide = [...family.series()].find(({ labelValues }) => labelValues[0] === 'wide');
    const narrow = [...family.series()].find(({ labelValues }) => labelValues[0] === 'narrow');
    expect(wide?.native?.schema).to.be.lessThan(narrow?.native?.schema ?? 0);
    const { p50, p95, count } = histogramOf(registry, 'x_seconds');
    const width = 2 ** (2 ** -(wide?.native?.schema ?? 0));
    expect(count).to.be.greaterThan(100_000);
    for (const found of [p50, p95]) expect(found).to.be.within(3 / width, 3 * width);
  });

  it('finds quantiles where there are fixed buckets only, and none without observations', () => {
    const registry = new MetricRegistry();
    const family = registry.histogram({ name: 'x_seconds', help: 'X', labels: [], bounds: [1, 2] });
    expect(histogramOf(registry, 'x_seconds')).to.deep.equal({
      type: 'histogram',
      count: 0,
      sum: 0,
      p50: null,
      p95: null,
      p99: null,
    });
    for (const value of [0.5, 1.5]) family.cell().observe(value);
    expect(histogramOf(registry, 'x_seconds')).to.include({ p50: 1, count: 2 });
  });

  it('adds up no shares and states', () => {
    const seen = observe({ breakers: () => [{ breaker: 'gpu', state: 'open', rejected: 0 }] });
    expect(numberOf(seen, 'mcp_breaker_state')).to.deep.equal({
      type: 'gauge',
      series: [{ labels: { breaker: 'gpu', state: 'open' }, value: 1 }],
    });
  });

  it('stays small however many series there are, and says what it leaves out', () => {
    const registry = new MetricRegistry();
    const counter = registry.counter({ name: 'x_total', help: 'X', labels: ['a'] });
    const histogram = registry.histogram({ name: 'y_seconds', help: 'Y', labels: ['a'], bounds: [1] });
    for (let nth = 0; nth < 400; nth++) {
      counter.cell(`${nth}`).inc(nth + 1);
      histogram.cell(`${nth}`).observe(1);
    }
    const { metrics } = snapshot(registry, { series: 5 });
    expect(metrics.x_total).to.have.property('more', 395);
    expect(metrics.x_total?.series).to.have.length(5);
    expect(metrics.x_total?.series?.[0]?.labels).to.deep.equal({ a: '399' });
    expect(metrics.y_seconds).to.have.property('more', 395);
    expect(JSON.stringify(snapshot(registry)).length).to.be.lessThan(10_000);
  });

  it('is JSON without loss', () => {
    const seen = observe(TOOLS);
    run(callOf('draw'));
    const whole = snapshot(seen.registry, { uptimeSeconds: 1 });
    expect(JSON.parse(JSON.stringify(whole))).to.deep.equal(whole);
  });
});
