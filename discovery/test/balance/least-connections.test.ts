import { expect } from 'chai';
import fc from 'fast-check';
import { LeastConnections } from '../../src/balance/least-connections.ts';
import { begin, bench, end, oneByOne, worker, workers } from './fleet.ts';

describe('least connections', () => {
  it('always picks a worker with the fewest calls for its weight', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 12 }),
        fc.array(fc.oneof(fc.constant('begin' as const), fc.nat()), { maxLength: 120 }),
        (weights, steps) => {
          const strategy = new LeastConnections(bench().context);
          const fleet = weights.map((weight, i) => worker(`w${i}`, { weight }));
          strategy.adopt(fleet);
          const running = [];
          for (const step of steps) {
            if (step === 'begin') {
              const fewest = Math.min(...fleet.map(({ inFlight, weight }) => inFlight / weight));
              const picked = strategy.pick({});
              expect(picked && picked.inFlight / picked.weight).to.equal(fewest);
              running.push(begin(strategy));
            } else {
              const [ended] = running.splice(step % (running.length || 1), 1);
              if (ended !== undefined) end(strategy, ended);
            }
          }
        },
      ),
    );
  });

  it('lets idle workers take turns by weight', () => {
    const strategy = new LeastConnections(bench().context);
    strategy.adopt([worker('heavy', { weight: 2 }), worker('a'), worker('b')]);
    const shares = oneByOne(strategy, 400);
    expect(shares.get('heavy')).to.be.within(198, 202);
    expect(shares.get('a')).to.be.within(98, 102);
  });

  it('notices calls of other tools, which nobody tells it of, within as many picks as there are workers', () => {
    const strategy = new LeastConnections(bench().context);
    const fleet = workers(50, { slots: 100 });
    for (const one of fleet) one.inFlight = 10;
    strategy.adopt(fleet);
    const freed = fleet[17];
    if (freed === undefined) throw new Error('no worker');
    freed.inFlight = 20;
    strategy.started(freed);
    freed.inFlight = 0;
    const picked = Array.from({ length: 51 }, () => strategy.pick({}));
    expect(picked).to.include(freed);
    expect(strategy.pick({})).to.equal(freed);
    freed.inFlight = 99;
    expect(strategy.pick({})).to.not.equal(freed);
  });

  it('does not send a newcomer everything to make it even with turns long past', () => {
    const strategy = new LeastConnections(bench().context);
    const fleet = workers(5);
    strategy.adopt(fleet.slice(1));
    oneByOne(strategy, 1_000);
    strategy.adopt(fleet);
    expect(oneByOne(strategy, 50).get('a')).to.be.within(9, 11);
  });

  it('gives a cold worker a tenth of the calls in flight that others have', () => {
    const { clock, slowStart, context } = bench(1, 10_000);
    const strategy = new LeastConnections(context);
    const fleet = workers(4);
    slowStart.adopt(fleet.slice(1));
    clock.advance(60_000);
    slowStart.adopt(fleet);
    strategy.adopt(fleet);
    for (let call = 0; call < 93; call++) begin(strategy);
    expect(fleet[0]?.inFlight).to.be.within(2, 4);
  });

  it('counts what a returning worker still has to do', () => {
    const strategy = new LeastConnections(bench().context);
    const fleet = workers(3);
    strategy.adopt(fleet);
    const first = begin(strategy);
    if (first === undefined) throw new Error('no worker');
    const others = fleet.filter((one) => one !== first);
    strategy.adopt(others);
    strategy.adopt(fleet);
    expect([begin(strategy), begin(strategy)]).to.have.members(others);
    end(strategy, first);
    expect(strategy.pick({})).to.equal(first);
    expect(strategy.explain(first)).to.deep.equal({ load: 0 });
  });
});
