import { expect } from 'chai';
import fc from 'fast-check';
import { Adaptive } from '../../src/balance/adaptive.ts';
import { Affinity } from '../../src/balance/affinity.ts';
import type { Candidate } from '../../src/balance/strategy.ts';
import { begin, bench, end, oneByOne, workers } from './fleet.ts';

const open = (fleet: readonly Candidate[], bound?: number) => {
  const { context } = bench();
  const strategy = new Affinity(context, new Adaptive(context), bound === undefined ? {} : { bound });
  strategy.adopt(fleet);
  return strategy;
};

describe('affinity', () => {
  it('sends calls of one key to one worker, and different keys to different ones', () => {
    const strategy = open(workers(10));
    const homes = new Set<string>();
    for (let i = 0; i < 100; i++) {
      const shares = oneByOne(strategy, 5, undefined, { affinity: `voice-${i}` });
      expect(shares.size).to.equal(1);
      for (const id of shares.keys()) homes.add(id);
    }
    expect(homes.size).to.equal(10);
  });

  it('sends a retry to the next in the order of the key, always the same', () => {
    const strategy = open(workers(10));
    const home = strategy.pick({ affinity: 'voice' });
    const next = strategy.pick({ affinity: 'voice', not: home });
    expect(next).to.not.equal(home);
    expect(strategy.pick({ affinity: 'voice', not: home })).to.equal(next);
  });

  it('never loads a worker beyond its bound, whatever the keys, weights and bound', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.2, max: 5, noNaN: true }), { minLength: 1, maxLength: 30 }),
        fc.double({ min: 1.05, max: 4, noNaN: true }),
        fc.array(fc.oneof(fc.constantFrom('hot', 'warm', 'cold'), fc.nat()), { maxLength: 150 }),
        (weights, bound, steps) => {
          const fleet = workers(weights.length).map((one, i) => ({ ...one, weight: weights[i] ?? 1 }));
          const strategy = open(fleet, bound);
          const weight = weights.reduce((sum, one) => sum + one, 0);
          const running: Candidate[] = [];
          for (const step of steps) {
            if (typeof step === 'number') {
              const [ended] = running.splice(step % (running.length || 1), 1);
              if (ended !== undefined) end(strategy, ended);
              continue;
            }
            const picked = begin(strategy, { affinity: step });
            if (picked === undefined) throw new Error('nobody picked');
            running.push(picked);
            const most = Math.ceil((bound * running.length * picked.weight) / weight + 1e-9);
            expect(picked.inFlight).to.be.at.most(most);
          }
        },
      ),
    );
  });

  it('holds a cold worker to a tenth of its bound', () => {
    const { clock, slowStart, context } = bench(1, 10_000);
    const strategy = new Affinity(context, new Adaptive(context));
    const fleet = workers(4);
    slowStart.adopt(fleet.slice(1));
    clock.advance(60_000);
    slowStart.adopt(fleet);
    strategy.adopt(fleet);
    for (let call = 0; call < 200; call++) begin(strategy, { affinity: `voice-${call}` });
    expect(fleet[0]?.inFlight).to.be.within(1, 8);
  });

  it('keeps to the bound also when the other strategy would not', () => {
    const fleet = workers(20);
    const greedy = { adopt() {}, pick: () => fleet[0], started() {}, ended() {} };
    const strategy = new Affinity(bench().context, greedy);
    strategy.adopt(fleet);
    for (let call = 0; call < 200; call++) begin(strategy, { affinity: 'hot' });
    expect(Math.max(...fleet.map(({ inFlight }) => inFlight))).to.be.at.most(15);
  });

  it('gives the calls of one very hot key to all when one alone cannot take them', () => {
    const fleet = workers(20);
    const strategy = open(fleet);
    for (let call = 0; call < 200; call++) begin(strategy, { affinity: 'hot' });
    expect(Math.max(...fleet.map(({ inFlight }) => inFlight))).to.be.at.most(15);
    expect(Math.min(...fleet.map(({ inFlight }) => inFlight))).to.be.above(0);
  });

  it('balances calls without a key by cost', () => {
    const strategy = open(workers(4));
    const shares = oneByOne(strategy, 400, ({ id }) => (id === 'b' ? { outcome: 'hard', ms: 1 } : {}));
    expect(shares.get('b') ?? 0).to.be.below(10);
    const [a] = workers(1);
    expect(a && strategy.explain(a)).to.deep.equal({});
  });

  it('refuses a bound that would leave no choice', () => {
    for (const bound of [1, 0, -3, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => open([], bound), String(bound)).to.throw(
        `Cannot bound the load of a worker at "${bound}" times its share; give a number above 1, such as 1.5`,
      );
    }
  });
});
