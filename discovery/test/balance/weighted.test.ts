import { expect } from 'chai';
import fc from 'fast-check';
import { Weighted } from '../../src/balance/weighted.ts';
import { bench, oneByOne, worker, workers } from './fleet.ts';

describe('weighted', () => {
  it('never lets two workers drift apart by more than a turn each', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.05, max: 20, noNaN: true }), { minLength: 2, maxLength: 12 }),
        fc.nat(400),
        fc.nat(),
        (weights, calls, seed) => {
          const strategy = new Weighted(bench(seed).context);
          strategy.adopt(weights.map((weight, i) => worker(`w${i}`, { weight })));
          const shares = oneByOne(strategy, calls);
          for (const [i, mine] of weights.entries()) {
            for (const [j, other] of weights.entries()) {
              const apart = (shares.get(`w${i}`) ?? 0) / mine - (shares.get(`w${j}`) ?? 0) / other;
              expect(Math.abs(apart)).to.be.at.most(1 / mine + 1 / other + 1e-6);
            }
          }
        },
      ),
    );
  });

  it('mixes the turns instead of giving the heaviest all of its own at once', () => {
    const strategy = new Weighted(bench(2).context);
    strategy.adopt([worker('heavy', { weight: 2 }), worker('a'), worker('b')]);
    const turns = Array.from({ length: 400 }, () => strategy.pick({})?.id);
    for (let i = 2; i < turns.length; i++) expect(turns.slice(i - 2, i + 1)).to.not.deep.equal(Array(3).fill('heavy'));
  });

  it('mixes many who come together with those who are there', () => {
    const strategy = new Weighted(bench().context);
    const fleet = workers(20);
    strategy.adopt(fleet.slice(0, 10));
    oneByOne(strategy, 40);
    strategy.adopt(fleet);
    const newcomers = [...oneByOne(strategy, 10).keys()].filter((id) => id > 'j');
    expect(newcomers.length).to.be.within(2, 8);
  });

  it('does not let a worker make up for the time it was away', () => {
    const strategy = new Weighted(bench().context);
    const fleet = workers(4);
    strategy.adopt(fleet);
    oneByOne(strategy, 100);
    strategy.adopt(fleet.slice(1));
    oneByOne(strategy, 3_000);
    strategy.adopt(fleet);
    expect(oneByOne(strategy, 40).get('a')).to.be.within(9, 11);
  });

  it('keeps counting exactly after very many turns and changes of very light workers', () => {
    const strategy = new Weighted(bench().context);
    const fleet = workers(3, { weight: 0 });
    for (let round = 0; round < 500; round++) {
      strategy.adopt(round % 2 === 0 ? fleet : fleet.slice(1));
      oneByOne(strategy, 30);
    }
    strategy.adopt(fleet);
    const shares = oneByOne(strategy, 300);
    for (const { id } of fleet) expect(shares.get(id), id).to.be.within(98, 102);
  });
});
