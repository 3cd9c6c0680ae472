import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { RoundRobin } from '../../src/balance/round-robin.ts';
import type { StrategyContext } from '../../src/balance/strategy.ts';
import { arrivals, flush, type House, house, type Promised, type Staffed } from './scripted.ts';

describe('Calls that wait, and a worker that takes ten times as long', () => {
  /** Two workers of two slots, one known to be slow. */
  async function known(): Promise<{ all: House; slow: Staffed; fast: Staffed }> {
    const all = house(0, { line: { longestWaitMs: 2_000 } });
    const [slow, fast] = [all.hire(1, { slots: 2 }), all.hire(2, { slots: 2 })];
    for (let round = 0; round < 40; round++) {
      for (let call = 0; call < 4; call++) all.call();
      all.clock.advance(100);
      for (const { answer } of fast.link.arrived) answer();
      await flush();
      all.clock.advance(900);
      for (const { answer } of slow.link.arrived) answer();
      await flush();
      for (const { link } of [slow, fast]) link.arrived.length = 0;
    }
    return { all, slow, fast };
  }

  /** All slots taken, and so many calls in line. */
  function crowd({ call }: House, waiting: number): readonly Promised[] {
    for (let n = 0; n < 4; n++) call({ repeatable: false });
    return Array.from({ length: waiting }, () => call({ repeatable: false }));
  }

  it('leave it alone while the others are soon free, and give it one call when it is idle', async () => {
    const { all, slow, fast } = await known();
    crowd(all, 4);
    slow.link.nth(0).answer();
    await flush();
    expect(arrivals([slow, fast])).to.deep.equal([2, 2]);
    fast.link.nth(0).answer();
    fast.link.nth(1).answer();
    await flush();
    expect(arrivals([slow, fast])).to.deep.equal([2, 4]);
    slow.link.nth(1).answer();
    await flush();
    expect(arrivals([slow, fast])).to.deep.equal([3, 4]);
    expect(all.cluster.explain('draw').waiting).to.equal(1);
  });

  it('go there rather than be refused', async () => {
    const { all, slow } = await known();
    const [first, second] = crowd(all, 2);
    slow.link.nth(0).answer();
    await flush();
    expect(slow.link.arrived).to.have.length(2);
    all.clock.advance(2_000);
    await flush();
    expect(slow.link.arrived).to.have.length(3);
    expect(first?.outcome).to.deep.equal({});
    expect(second?.outcome.error).to.have.property('errorName', 'OVERLOADED');
  });

  it('go there as soon as the other one is gone', async () => {
    const { all, slow, fast } = await known();
    crowd(all, 2);
    slow.link.nth(0).answer();
    await flush();
    expect(slow.link.arrived).to.have.length(2);
    fast.lease.disconnected();
    expect(slow.link.arrived).to.have.length(3);
  });

  it('go there at once when the strategy cannot say', async () => {
    const broken = new Error('broken');
    const all = house(0, { strategy: 'broken', strategies: { broken: (context) => new Broken(context, broken) } });
    const { link } = all.hire(1, { slots: 2 });
    for (let n = 0; n < 3; n++) all.call();
    link.nth(0).answer();
    await flush();
    expect(link.arrived).to.have.length(3);
    expect(all.faults).to.deep.equal([String(broken)]);
  });

  it('that come again go first: the wait they had already counts', async () => {
    const all = house(0, {}, () => 0.5);
    const [failing, other] = [all.hire(1, { slots: 1 }), all.hire(2, { slots: 1 })];
    const [first, , third] = [all.call(), all.call(), all.call()];
    const at = failing.link.arrived.length > 0 && failing.link.nth(0).call.args === first.work.args ? failing : other;
    at.link.nth(0).fail(new CallError('INTERNAL'));
    await flush();
    const waiting = all.call();
    all.clock.advance(25);
    const elsewhere = at === failing ? other : failing;
    elsewhere.link.nth(0).answer();
    await flush();
    expect(elsewhere.link.nth(1).call.args).to.equal(first.work.args);
    expect(at.link.nth(1).call.args).to.equal(third.work.args);
    expect(waiting.outcome).to.deep.equal({});
  });
});

/** Turns, and a fault when it is asked who is welcome. */
class Broken extends RoundRobin {
  readonly #error: Error;

  constructor(context: StrategyContext, error: Error) {
    super(context);
    this.#error = error;
  }

  welcomes(): boolean {
    throw this.#error;
  }
}
