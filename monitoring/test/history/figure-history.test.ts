import { expect } from 'chai';
import fc from 'fast-check';
import { FakeClock } from '../../../server/test/fake-clock.ts';
import { defineCounter, defineGauge, defineHistogram } from '../../src/catalogue/define.ts';
import { METRICS } from '../../src/catalogue/metrics.ts';
import { resolveMetric } from '../../src/catalogue/resolve.ts';
import { type FigureFrame, FigureHistory } from '../../src/history/figure-history.ts';
import { FIGURES } from '../../src/history/figures.ts';
import { ValueRing } from '../../src/history/value-ring.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';

describe('the history of figures', () => {
  function open() {
    const clock = new FakeClock();
    const registry = new MetricRegistry();
    const started = defineCounter(registry, 'mcp_operations_started_total');
    const good = defineCounter(registry, 'mcp_operations_success_total');
    const errors = defineCounter(registry, 'mcp_operations_error_total');
    const took = defineHistogram(registry, 'mcp_operations_duration_seconds');
    const connections = defineGauge(registry, 'mcp_connections_active');
    const frames: FigureFrame[] = [];
    const history = new FigureHistory({
      clock,
      source: (name) => registry.family(name),
      onFrame: (frame) => void frames.push(frame),
    });
    const second = (calls: number, well = calls): void => {
      started.cell('ping', 'websocket').inc(calls);
      good.cell('ping', 'websocket').inc(well);
      errors.cell('ping', 'websocket', 'tool_error').inc(calls - well);
      errors.cell('ping', 'websocket', '4041').inc(calls);
      for (let n = 0; n < calls; n++) took.cell('ping', 'websocket').observe(0.15);
      clock.advance(1_000);
    };
    return { clock, connections, frames, history, second };
  }

  it('knows every figure by a name that means something', () => {
    for (const name of FIGURES) expect(resolveMetric(name), name).to.not.equal(undefined);
    expect(METRICS).to.have.property('mcp_jobs');
  });

  it('tells rates, shares, quantiles and levels of each second, and says nothing where nothing happened', () => {
    const { connections, frames, history, second } = open();
    connections.cell('websocket').set(3);
    second(10, 9);
    second(0);
    expect(frames[0]).to.include({
      'mcp.operations.started.rate': 10,
      'mcp.operations.success_rate': 0.9,
      'mcp.connections.active': 3,
    });
    expect(frames[0]?.['mcp.operations.duration.p50']).to.be.within(0.1, 0.2);
    expect(frames[1]).to.include({ 'mcp.operations.started.rate': 0 });
    expect(frames[1]).to.not.have.any.keys('mcp.operations.success_rate', 'mcp.operations.duration.p50');
    expect(history.query('mcp.operations.success_rate', 2).values).to.deep.equal([Math.fround(0.9), null]);
    history.close();
  });

  it('goes on when looking throws, and says so once', () => {
    const clock = new FakeClock();
    const faults: unknown[] = [];
    let isBroken = false;
    const source = (): undefined => {
      if (isBroken) throw new Error('broken');
    };
    let told = 0;
    const history = new FigureHistory({
      ...{ clock, source },
      onFrame: () => {
        told += 1;
        if (told < 3) throw new Error('nobody can hear it');
      },
      onFault: (error) => void faults.push(String(error)),
    });
    clock.advance(1_000);
    clock.advance(1_000);
    isBroken = true;
    clock.advance(1_000);
    isBroken = false;
    clock.advance(1_000);
    expect(faults).to.deep.equal(['Error: nobody can hear it']);
    expect(told).to.be.at.least(3);
    history.close();
    expect(clock.pending).to.equal(0);
  });

  it('remembers five minutes by the second and what is older by the minute', () => {
    const { history, second } = open();
    for (let at = 0; at < 600; at++) second(at < 300 ? 60 : 30);
    const fine = history.query('mcp.operations.started.rate', 300);
    expect(fine).to.include({ stepSeconds: 1 });
    expect(fine.values).to.deep.equal(Array.from({ length: 300 }, () => 30));
    const coarse = history.query('mcp.operations.started.rate', 600);
    expect(coarse).to.include({ stepSeconds: 60 });
    expect(coarse.values).to.deep.equal([60, 60, 60, 60, 60, 30, 30, 30, 30, 30]);
    expect(history.query('mcp.operations.started.rate', 600, 300).values).to.deep.equal([60, 30]);
    expect(history.query('mcp.operations.started.rate', 10, 5).values).to.deep.equal([30, 30]);
    history.close();
  });

  it('refuses what it does not remember, with what it does', () => {
    const { history } = open();
    expect(() => history.query('mcp.nothing', 60)).to.throw(RangeError, /remembered are .*mcp\.operations\.started/);
    expect(() => history.query('mcp_jobs', 3_600, 7)).to.throw(RangeError, 'a multiple of 60');
    expect(() => history.query('mcp_jobs', 10, 20)).to.throw(RangeError, '10 at most');
    history.close();
  });

  it('keeps the newest numbers in their order, whatever the bound', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 500 }), (most, count) => {
        const ring = new ValueRing(most);
        for (let n = 0; n < count; n++) ring.push(n);
        const kept = Math.min(most, count);
        expect(ring.length).to.equal(kept);
        expect(ring.last(1_000)).to.deep.equal(Array.from({ length: kept }, (_, nth) => count - kept + nth));
      }),
    );
  });
});
