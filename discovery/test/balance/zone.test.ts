import { expect } from 'chai';
import { Strategies } from '../../src/balance/strategies.ts';
import { begin, bench, end, oneByOne, worker, workers } from './fleet.ts';

describe('zone first', () => {
  const near = () => [worker('n1', { zone: 'near' }), worker('n2', { zone: 'near' })];
  const open = (name: string) => {
    const { clock, context } = bench(3);
    return new Strategies({ clock, random: context.random, slowStartMs: 0 }).open(name);
  };

  for (const name of ['adaptive', 'affinity', 'least-connections', 'p2c', 'round-robin', 'weighted']) {
    it(`stays in the zone while it has room, with ${name}`, () => {
      const strategy = open(name);
      strategy.adopt([...workers(6), ...near()]);
      const first = Array.from({ length: 8 }, () => begin(strategy, { zone: 'near' })?.zone);
      expect(first).to.deep.equal(Array(8).fill('near'));
      expect(begin(strategy, { zone: 'near' })?.zone).to.equal(undefined);
    });
  }

  it('finds the one with room in a zone, though it is not its turn', () => {
    const strategy = open('round-robin');
    const locals = near();
    const [full] = locals;
    if (full === undefined) throw new Error('no worker');
    full.inFlight = full.slots;
    strategy.adopt([...workers(6), ...locals]);
    expect(oneByOne(strategy, 20, undefined, { zone: 'near' })).to.deep.equal(new Map([['n2', 20]]));
  });

  it('leaves the zone rather than go back to the one that just failed', () => {
    const strategy = open('adaptive');
    const [only] = near();
    if (only === undefined) throw new Error('no worker');
    strategy.adopt([...workers(2), only]);
    expect(strategy.pick({ zone: 'near' })).to.equal(only);
    expect(strategy.pick({ zone: 'near', not: only })?.zone).to.equal(undefined);
  });

  it('picks from everywhere for a zone without workers, and for calls without a zone', () => {
    const strategy = open('round-robin');
    const locals = near();
    strategy.adopt([...workers(2), ...locals]);
    expect([...oneByOne(strategy, 40, undefined, { zone: 'far' }).values()]).to.deep.equal([10, 10, 10, 10]);
    oneByOne(strategy, 4, undefined, { zone: 'near' });
    strategy.adopt(workers(2));
    expect([...oneByOne(strategy, 40, undefined, { zone: 'near' }).keys()]).to.have.members(['a', 'b']);
  });

  it('learns about local workers from calls that did not ask for the zone', () => {
    const strategy = open('adaptive');
    const [bad, good] = near();
    if (bad === undefined || good === undefined) throw new Error('no workers');
    strategy.adopt([bad, good, ...workers(4)]);
    strategy.pick({ zone: 'near' });
    for (let i = 0; i < 20; i++) {
      bad.inFlight += 1;
      strategy.started(bad);
      end(strategy, bad, 'hard', 1);
    }
    expect(oneByOne(strategy, 50, undefined, { zone: 'near' })).to.deep.equal(new Map([['n2', 50]]));
  });
});
