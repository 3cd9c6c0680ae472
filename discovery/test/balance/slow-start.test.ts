import { expect } from 'chai';
import { bench, worker, workers } from './fleet.ts';

describe('slow start', () => {
  it('warms a newcomer from a tenth to all in a straight line', () => {
    const { clock, slowStart } = bench(1, 10_000);
    const old = worker('old');
    const fresh = worker('fresh');
    slowStart.adopt([old]);
    clock.advance(60_000);
    slowStart.adopt([old, fresh]);
    const warmth = [0, 2_500, 2_500, 4_999, 1].map((ms) => {
      clock.advance(ms);
      return slowStart.of(fresh);
    });
    expect(warmth.map((value) => Number(value.toFixed(3)))).to.deep.equal([0.1, 0.325, 0.55, 1, 1]);
    expect(slowStart.of(old)).to.equal(1);
  });

  it('begins anew with whoever comes back', () => {
    const { clock, slowStart } = bench(1, 10_000);
    const [a, b] = workers(2);
    if (a === undefined || b === undefined) throw new Error('no workers');
    slowStart.adopt([a, b]);
    clock.advance(60_000);
    slowStart.adopt([a]);
    clock.advance(1_000);
    slowStart.adopt([a, b]);
    expect([slowStart.of(a), slowStart.of(b)]).to.deep.equal([1, 0.1]);
  });

  it('holds nobody back when all come within moments, as after a restart of the gateway', () => {
    const { clock, slowStart } = bench(1, 10_000);
    const fleet = workers(10);
    for (let count = 1; count <= 10; count++) {
      slowStart.adopt(fleet.slice(0, count));
      clock.advance(10);
    }
    for (const one of fleet) expect(slowStart.of(one), one.id).to.be.within(0.9, 1);
  });

  it('can be turned off', () => {
    const { slowStart } = bench(1, 0);
    const [a, b] = workers(2);
    if (a === undefined || b === undefined) throw new Error('no workers');
    slowStart.adopt([a]);
    slowStart.adopt([a, b]);
    expect(slowStart.of(b)).to.equal(1);
  });
});
