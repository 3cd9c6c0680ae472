import { expect } from 'chai';
import { PowerOfTwo } from '../../src/balance/p2c.ts';
import { begin, bench, end, oneByOne, worker, workers } from './fleet.ts';

describe('power of two choices', () => {
  it('never picks the most loaded of all', () => {
    const strategy = new PowerOfTwo(bench().context);
    const fleet = workers(20);
    strategy.adopt(fleet);
    for (let call = 0; call < 4_000; call++) {
      const loads = fleet.map(({ inFlight }) => inFlight).sort((a, b) => b - a);
      const most = loads[0] ?? 0;
      const picked = strategy.pick({});
      if (picked === undefined) throw new Error('nobody picked');
      if (most > (loads[1] ?? 0)) expect(picked.inFlight).to.be.below(most);
      picked.inFlight += 1;
    }
    const loads = fleet.map(({ inFlight }) => inFlight);
    expect(Math.max(...loads) - Math.min(...loads)).to.be.at.most(6);
  });

  it('holds calls in flight in proportion to weights', () => {
    const strategy = new PowerOfTwo(bench().context);
    const heavy = worker('heavy', { weight: 3 });
    strategy.adopt([heavy, ...workers(9)]);
    for (let call = 0; call < 1_200; call++) begin(strategy);
    expect(heavy.inFlight).to.be.within(280, 320);
  });

  it('draws idle workers by weight', () => {
    const strategy = new PowerOfTwo(bench().context);
    strategy.adopt([worker('heavy', { weight: 3 }), worker('light')]);
    expect(oneByOne(strategy, 4_000).get('heavy')).to.be.within(2_850, 3_150);
  });

  it('tells the load it goes by', () => {
    const strategy = new PowerOfTwo(bench().context);
    const heavy = worker('heavy', { weight: 2 });
    strategy.adopt([heavy]);
    begin(strategy);
    expect(strategy.explain(heavy)).to.deep.equal({ load: 0.5 });
    end(strategy, heavy);
    expect(strategy.explain(heavy)).to.deep.equal({ load: 0 });
  });
});
