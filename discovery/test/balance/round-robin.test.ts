import { expect } from 'chai';
import fc from 'fast-check';
import { RoundRobin } from '../../src/balance/round-robin.ts';
import { bench, oneByOne, worker, workers } from './fleet.ts';

describe('round robin', () => {
  it('gives everyone a turn before anyone gets the next, whatever the weights', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(100), fc.nat(), (count, calls, seed) => {
        const strategy = new RoundRobin(bench(seed).context);
        const fleet = workers(count, { weight: 3 });
        strategy.adopt([...fleet.slice(1), worker('a', { weight: 100 })]);
        const shares = oneByOne(strategy, calls);
        for (const { id } of fleet) {
          expect(shares.get(id) ?? 0).to.be.within(Math.floor(calls / count), Math.ceil(calls / count));
        }
      }),
    );
  });

  it('does not begin with the same worker at every gateway', () => {
    const firsts = new Set<string | undefined>();
    for (let seed = 0; seed < 30; seed++) {
      const strategy = new RoundRobin(bench(seed).context);
      strategy.adopt(workers(4));
      firsts.add(strategy.pick({})?.id);
    }
    expect(firsts.size).to.equal(4);
  });

  it('spreads the turns of a newcomer over all, not on its neighbour', () => {
    const { clock, slowStart, context } = bench(9, 10_000);
    const strategy = new RoundRobin(context);
    const old = workers(4);
    slowStart.adopt(old);
    clock.advance(20_000);
    const all = [...old, worker('new')];
    slowStart.adopt(all);
    strategy.adopt(all);
    const shares = oneByOne(strategy, 10_000);
    expect(shares.get('new')).to.be.within(100, 350);
    for (const { id } of old) expect(shares.get(id), id).to.be.within(2_300, 2_600);
  });
});
