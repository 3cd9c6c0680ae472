import { expect } from 'chai';
import { Adaptive } from '../../src/balance/adaptive.ts';
import type { Candidate } from '../../src/balance/strategy.ts';
import type { Outcome } from '../../src/outcome.ts';
import { begin, bench, end, oneByOne, worker, workers } from './fleet.ts';

describe('adaptive', () => {
  const open = (fleet: readonly Candidate[], seed = 1) => {
    const { clock, context } = bench(seed);
    const strategy = new Adaptive(context);
    strategy.adopt(fleet);
    return { clock, strategy };
  };

  /** Calls begin every 10 ms and end when their worker is done with them; how many each worker got. */
  const steady = (
    fleet: readonly Candidate[],
    calls: number,
    play: (id: string) => { ms: number; outcome?: Outcome },
  ) => {
    const { clock, strategy } = open(fleet);
    const shares = new Map<string, number>();
    for (let call = 0; call < calls; call++) {
      const candidate = begin(strategy);
      if (candidate === undefined) continue;
      shares.set(candidate.id, (shares.get(candidate.id) ?? 0) + 1);
      const { ms, outcome } = play(candidate.id);
      clock.after(ms, () => end(strategy, candidate, outcome, ms));
      clock.advance(10);
    }
    return shares;
  };

  for (const count of [4, 10, 40]) {
    it(`sends next to nothing to the one of ${count} that fails at once`, () => {
      const shares = steady(workers(count), 6_000, (id) => (id === 'b' ? { ms: 1, outcome: 'hard' } : { ms: 100 }));
      expect(shares.get('b') ?? 0).to.be.within(1, 30);
    });
  }

  it('sends less to one that says at once that it is busy', () => {
    const shares = steady(workers(4), 4_000, (id) => (id === 'b' ? { ms: 1, outcome: 'soft' } : { ms: 100 }));
    expect(shares.get('b')).to.be.within(1, 30);
  });

  it('learns nothing from bad calls that are refused fast', () => {
    const [only] = workers(1);
    if (only === undefined) throw new Error('no worker');
    const { strategy } = open([only]);
    oneByOne(strategy, 10, () => ({ ms: 300 }));
    const known = strategy.explain(only);
    oneByOne(strategy, 50, () => ({ ms: 1, outcome: 'neutral' }));
    expect(strategy.explain(only)).to.deep.equal(known);
  });

  it('learns from calls given up that a worker takes at least that long', () => {
    const shares = steady(workers(4), 4_000, (id) => (id === 'b' ? { ms: 2_000, outcome: 'neutral' } : { ms: 100 }));
    expect(shares.get('b')).to.be.below(100);
  });

  it('sends a slow worker less, by more than it is slower when there is time, and leaves it not idle when there is none', () => {
    const timely = steady(workers(4), 4_000, (id) => ({ ms: id === 'd' ? 500 : 100 }));
    expect(timely.get('d')).to.be.within(20, 270);
    const pressed = steady(workers(4), 4_000, (id) => ({ ms: id === 'd' ? 2_500 : 500 }));
    expect(pressed.get('d')).to.be.within(60, 270);
  });

  it('sends a worker with three times the weight about three times as much, idle or busy', () => {
    for (const count of [4, 30]) {
      for (const ms of [1, 1_000]) {
        const fleet = [worker('heavy', { weight: 3 }), ...workers(count)];
        const shares = steady(fleet, 8_000, () => ({ ms }));
        const usual = 8_000 / (count + 3);
        expect((shares.get('heavy') ?? 0) / usual, `${count} of ${ms} ms`).to.be.within(2.2, 4);
      }
    }
  });

  it('does not run to a worker whose calls take no time that can be measured', () => {
    const fleet = workers(2);
    const { strategy } = open(fleet);
    oneByOne(strategy, 200, ({ id }) => ({ ms: id === 'a' ? 0 : 0.4 }));
    for (let call = 0; call < 100; call++) begin(strategy);
    for (const { inFlight } of fleet) expect(inFlight).to.be.within(44, 56);
  });

  it('takes a newcomer to be like the others', () => {
    const fleet = workers(4);
    const { strategy } = open(fleet);
    oneByOne(strategy, 5_000, () => ({ ms: 100 }));
    oneByOne(strategy, 2_000, () => ({ ms: 5_000 }));
    const newcomer = worker('new');
    strategy.adopt([...fleet, newcomer]);
    const { latencyMs, successRate, cost } = strategy.explain(newcomer);
    expect([latencyMs, cost].map((ms) => Math.round(ms ?? 0))).to.deep.equal([5_000, 5_000]);
    expect(successRate).to.equal(1);
  });

  it('gives a worker that has recovered its share again within seconds', () => {
    const { clock, strategy } = open(workers(4));
    const calls = (seconds: number, outcome: Outcome) =>
      oneByOne(strategy, seconds * 100, ({ id }) => {
        clock.advance(10);
        return id === 'b' ? { ms: outcome === 'ok' ? 100 : 1, outcome } : { ms: 100 };
      });
    calls(20, 'hard');
    calls(40, 'ok');
    expect(calls(10, 'ok').get('b')).to.be.above(150);
  });

  it('remembers one that was away, so that it comes back as dear as it left', () => {
    const fleet = workers(3);
    const [bad] = fleet;
    if (bad === undefined) throw new Error('no worker');
    const { clock, strategy } = open(fleet);
    oneByOne(strategy, 60, ({ id }) => ({ outcome: id === 'a' ? 'hard' : 'ok' }));
    bad.inFlight += 1;
    strategy.adopt(fleet.slice(1));
    end(strategy, bad, 'hard', 5_000);
    clock.advance(1_000);
    strategy.adopt(fleet);
    expect(oneByOne(strategy, 20).has('a')).to.equal(false);
  });

  it('knows calls of a minute by the last few, though its memory is of seconds', () => {
    const [fast, slow] = workers(2);
    if (fast === undefined || slow === undefined) throw new Error('no workers');
    const { clock, strategy } = open([fast, slow]);
    for (let minute = 0; minute < 20; minute++) {
      for (const one of [fast, slow]) {
        one.inFlight += 1;
        end(strategy, one, 'ok', one === slow ? 180_000 : 60_000);
      }
      clock.advance(60_000);
    }
    const [{ latencyMs: quick = 0 }, { latencyMs: long = 0 }] = [strategy.explain(fast), strategy.explain(slow)];
    expect(long).to.be.above(2 * quick);
  });

  for (const count of [3, 10, 60]) {
    it(`welcomes calls in line to those of ${count} that are not much dearer, and to a dear one when the line is as long`, () => {
      const fleet = workers(count);
      const { strategy } = open(fleet);
      const [slow, hardly] = fleet as [Candidate, Candidate];
      for (const one of fleet) {
        for (let call = 0; call < 30; call++) {
          one.inFlight += 1;
          end(strategy, one, 'ok', one === slow ? 500 : one === hardly ? 140 : 100);
        }
        one.inFlight = one.slots - 1;
      }
      const { latencyMs = 0 } = strategy.explain(slow);
      expect(fleet.filter((one) => !strategy.welcomes(one, 0))).to.deep.equal([slow]);
      expect(strategy.welcomes(slow, latencyMs - 200)).to.equal(false);
      expect(strategy.welcomes(slow, latencyMs - 100)).to.equal(true);
    });
  }

  it('welcomes calls in line to a large worker as to a small one, however much it has', () => {
    const [small, large] = [worker('small'), worker('large', { slots: 100 })];
    const { strategy } = open([small, large]);
    oneByOne(strategy, 40, () => ({ ms: 100 }));
    small.inFlight = 4;
    large.inFlight = 99;
    expect(strategy.welcomes(large, 0)).to.equal(true);
  });

  it('welcomes calls in line to the only worker, and to one it knows nothing of', () => {
    const [only, other] = workers(2) as [Candidate, Candidate];
    const { strategy } = open([only, other]);
    oneByOne(strategy, 40, ({ id }) => ({ ms: id === 'a' ? 1_000 : 10 }));
    expect(strategy.welcomes(only, 0)).to.equal(false);
    strategy.adopt([only]);
    expect(strategy.welcomes(only, 0)).to.equal(true);
    expect(strategy.welcomes(worker('stranger'), 0)).to.equal(true);
  });

  it('knows nothing of a stranger, and does not learn of it', () => {
    const { strategy } = open(workers(2));
    const stranger = worker('stranger', { inFlight: 1 });
    end(strategy, stranger, 'hard');
    expect(strategy.explain(stranger)).to.deep.equal({});
  });
});
