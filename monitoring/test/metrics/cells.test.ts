import { expect } from 'chai';
import { watchedRegistry } from './reported.ts';

const NOW = 1_795_000_000_000;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('Cells of metrics', () => {
  const counter = () => {
    const { registry, reports } = watchedRegistry();
    return { cell: registry.counter({ name: 'calls_total', help: 'Calls.', labels: [] }).cell(), reports };
  };
  const gauge = () => {
    const { registry, reports } = watchedRegistry();
    return { cell: registry.gauge({ name: 'open', help: 'Open ones.', labels: [] }).cell(), reports };
  };

  it('count by one, or by what they are told', () => {
    const { cell } = counter();
    cell.inc();
    cell.inc(2.5);
    cell.inc(0);
    expect(cell.value).to.equal(3.5);
    expect(cell.exemplar).to.equal(undefined);
  });

  it('show where the newest that was counted can be looked at', () => {
    const { cell } = counter();
    cell.inc(1, 'f'.repeat(32));
    cell.inc(2, TRACE);
    cell.inc(5);
    expect(cell.exemplar).to.deep.equal({ value: 2, traceId: TRACE, at: NOW });
  });

  for (const amount of [-1, Number.NaN, Infinity, '5' as unknown as number, null as unknown as number]) {
    it(`do not count ${JSON.stringify(amount)} (${amount}), report it once, and go on`, () => {
      const { cell, reports } = counter();
      cell.inc();
      cell.inc(amount);
      cell.follow(amount);
      expect(cell.value).to.equal(1);
      expect(reports).to.deep.equal([
        {
          sentence: `Cannot add ${amount} to a counter; give a finite number that is not negative ("calls_total")`,
          metric: 'calls_total',
        },
      ]);
    });
  }

  it('take the total of what is counted elsewhere, also when that began anew', () => {
    const { cell } = counter();
    cell.follow(70);
    cell.follow(3);
    expect(cell.value).to.equal(3);
  });

  it('go up and down when they are gauges, and show zero', () => {
    const { cell } = gauge();
    expect(cell.value).to.equal(0);
    cell.set(4);
    cell.inc();
    cell.dec(5);
    expect(cell.value).to.equal(0);
    cell.dec();
    expect(cell.value).to.equal(-1);
    cell.set(Number.NaN);
    expect(cell.value).to.be.NaN;
  });

  it('keep what they show when a gauge is set to no number', () => {
    const { cell, reports } = gauge();
    cell.set(4);
    cell.set('5' as unknown as number);
    cell.inc('1' as unknown as number);
    expect(cell.value).to.equal(4);
    expect(reports.map(({ sentence }) => sentence)).to.deep.equal(['Cannot set a gauge to 5; give a number ("open")']);
  });

  it('know nothing of buckets when they are no histograms', () => {
    expect(counter().cell.histogram).to.equal(undefined);
    expect(gauge().cell.histogram).to.equal(undefined);
    expect(gauge().cell.exemplar).to.equal(undefined);
  });
});
