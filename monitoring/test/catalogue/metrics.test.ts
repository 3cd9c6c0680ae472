import { expect } from 'chai';
import * as buckets from '../../src/catalogue/buckets.ts';
import { defineCounter, defineGauge, defineHistogram } from '../../src/catalogue/define.ts';
import { METRIC_AREAS, METRICS } from '../../src/catalogue/metrics.ts';
import type { MetricTable } from '../../src/catalogue/row.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';

const TABLE: MetricTable = METRICS;
const UNITS = ['seconds', 'bytes', 'ratio', 'usd'];

describe('the table of metrics', () => {
  it('has every metric of every area, and none twice', () => {
    const names = Object.values(METRIC_AREAS).flatMap((table) => Object.keys(table));
    expect(names).to.have.members(Object.keys(METRICS));
    expect(new Set(names).size).to.equal(names.length);
  });

  it('follows the rules of Prometheus: everything in it can be defined', () => {
    const registry = new MetricRegistry();
    const own = ['mcp_monitoring_series', 'mcp_monitoring_series_dropped_total'];
    for (const [name, row] of Object.entries(TABLE)) {
      if (own.includes(name)) continue;
      const { bounds = [] } = row;
      if (row.type === 'counter') registry.counter({ name, ...row });
      else if (row.type === 'gauge') registry.gauge({ name, ...row });
      else registry.histogram({ name, ...row, bounds });
    }
    expect([...registry.families()].map(({ name }) => name)).to.have.members(Object.keys(METRICS));
  });

  it('knows the metrics of the registry about itself', () => {
    for (const { name, type, labels } of new MetricRegistry().families()) {
      expect(TABLE[name], name).to.include({ type }).and.to.have.deep.property('labels', labels);
    }
  });

  it('says the unit of every metric whose name ends in one', () => {
    for (const [name, { unit }] of Object.entries(TABLE)) {
      const end =
        name
          .replace(/_total$/, '')
          .split('_')
          .at(-1) ?? '';
      expect(unit, name).to.equal(UNITS.includes(end) ? end : undefined);
    }
  });

  it('gives buckets to histograms and to nothing else', () => {
    for (const [name, { type, bounds }] of Object.entries(TABLE)) {
      expect(bounds !== undefined, name).to.equal(type === 'histogram');
    }
  });

  it('never has who called for a label', () => {
    const labels = new Set(Object.values(TABLE).flatMap((row) => row.labels));
    for (const label of ['principal', 'user', 'key', 'session', 'request', 'path']) {
      expect(labels.has(label), label).to.equal(false);
    }
  });

  it('gives each requirement its own metric', () => {
    const dotted = Object.values(TABLE).flatMap((row) => row.dotted ?? []);
    expect(dotted).to.include.members([
      'mcp.operations.started',
      'mcp.operations.success',
      'mcp.operations.error',
      'mcp.operations.duration',
      'mcp.connections.active',
      'mcp.tools.calls',
    ]);
    expect(new Set(dotted).size).to.equal(dotted.length);
  });

  it('says no help twice, in one line each', () => {
    const helps = Object.values(TABLE).map(({ help }) => help);
    expect(new Set(helps).size).to.equal(helps.length);
    for (const help of helps) expect(help).to.match(/^[A-Z0-9][^\n]*[^.\s]$/);
  });
});

describe('buckets', () => {
  it('are these: others build dashboards on them', () => {
    expect(buckets.CALL_SECONDS).to.deep.equal([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]);
    expect(buckets.FINE_SECONDS).to.deep.equal([5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1]);
    expect(buckets.JOB_SECONDS).to.deep.equal([1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600]);
    expect(buckets.SIZES).to.deep.equal([1, 4, 16, 64, 256, 1024, 4096, 16384, 65536].map((n) => n * 256));
  });
});

describe('metrics made from the table', () => {
  it('are as the table says', () => {
    const registry = new MetricRegistry();
    const counter = defineCounter(registry, 'mcp_tools_calls_total');
    const gauge = defineGauge(registry, 'mcp_jobs_oldest_queued_seconds');
    const histogram = defineHistogram(registry, 'mcp_tools_duration_seconds');
    expect(counter).to.include({ type: 'counter', help: METRICS.mcp_tools_calls_total.help, cap: 2000 });
    expect(gauge).to.include({ type: 'gauge', unit: 'seconds' });
    expect(histogram.labels).to.deep.equal(['tool']);
    expect(histogram.cell('a').bounds).to.deep.equal(buckets.CALL_SECONDS);
    expect(histogram.cell('a').native).to.not.equal(undefined);
  });

  it('are read through their hook', () => {
    const registry = new MetricRegistry();
    defineCounter(registry, 'mcp_log_dropped_total', (family) => family.cell().follow(3));
    defineGauge(registry, 'mcp_slow_consumers', (family) => family.cell().set(4));
    defineHistogram(registry, 'mcp_ping_rtt_seconds', (family) => family.cell().observe(1));
    const values = ['mcp_log_dropped_total', 'mcp_slow_consumers', 'mcp_ping_rtt_seconds'].map(
      (name) => [...(registry.family(name)?.series() ?? [])][0]?.value,
    );
    expect(values).to.deep.equal([3, 4, 1]);
  });
});
