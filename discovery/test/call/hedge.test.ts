import { CallError, type Json } from '@callsheet/protocol';
import { expect } from 'chai';
import { arrivals, flush, type House, house, type Staffed } from './scripted.ts';

describe('A call that takes long', () => {
  /** A fleet whose usual call takes 200 ms, so that one in twenty takes longer than about that. */
  async function experienced(workers: number, options: Parameters<typeof house>[1]): Promise<House> {
    const all = house(workers, options);
    for (const { link } of all.workers) {
      link.script = () => new Promise<Json>((resolve) => void all.clock.after(200, () => resolve('usual')));
    }
    for (let call = 0; call < 60; call++) {
      all.call();
      all.clock.advance(200);
      await flush();
    }
    for (const { link } of all.workers) {
      link.script = undefined;
      link.arrived.length = 0;
    }
    return all;
  }

  const total = (all: House): number => arrivals(all.workers).reduce((a, b) => a + b);

  it('is not sent twice unless that is wanted', async () => {
    const all = await experienced(2, {});
    all.call();
    all.clock.advance(9_000);
    expect(total(all)).to.equal(1);
  });

  it('is sent to another worker as well, and the slower one is told to stop', async () => {
    const all = await experienced(2, { hedge: {} });
    const { outcome } = all.call();
    const first = all.workers.find(({ link }) => link.arrived.length > 0) as Staffed;
    all.clock.advance(199);
    expect(total(all)).to.equal(1);
    all.clock.advance(41);
    expect(arrivals(all.workers)).to.deep.equal([1, 1]);
    const second = all.workers.find((worker) => worker !== first) as Staffed;
    second.link.nth(0).answer('quick');
    await flush();
    expect(outcome.value).to.equal('quick');
    expect(first.link.nth(0).call.reason).to.have.property('errorName', 'CANCELLED');
  });

  it('is not sent twice when that could do harm, or nobody else has a slot', async () => {
    const all = await experienced(2, { hedge: {} });
    all.call({ repeatable: false });
    all.clock.advance(5_000);
    expect(total(all)).to.equal(1);

    const alone = await experienced(1, { hedge: {} });
    alone.call();
    alone.clock.advance(5_000);
    expect(total(alone)).to.equal(1);
  });

  it('is not sent twice before the least wait', async () => {
    const all = await experienced(2, { hedge: { leastMs: 1_000 } });
    all.call();
    all.clock.advance(999);
    expect(total(all)).to.equal(1);
    all.clock.advance(1);
    expect(total(all)).to.equal(2);
  });

  it('is paid for by the calls: one in twenty, and no slot is kept for those that are not', async () => {
    const all = await experienced(4, { hedge: {} });
    // 60 calls have paid for 3.
    for (let call = 0; call < 6; call++) all.call();
    all.clock.advance(1_000);
    expect(total(all)).to.equal(9);
    expect(all.cluster.explain('draw').workers.reduce((sum, { inFlight }) => sum + inFlight, 0)).to.equal(9);
  });

  it('fails only when both have failed', async () => {
    const all = await experienced(3, { hedge: {} });
    const { outcome } = all.call();
    all.clock.advance(300);
    const [one, other] = all.workers.flatMap(({ link }) => link.arrived);
    one?.fail(new CallError('INTERNAL', 'one'));
    await flush();
    all.clock.advance(300);
    expect(outcome).to.deep.equal({});
    other?.fail(new CallError('INTERNAL', 'other'));
    await flush();
    all.clock.advance(300);
    expect(outcome.error?.message).to.equal('other');
    expect(total(all)).to.equal(2);
  });

  it('refuses a wait that is none', () => {
    expect(() => house(0, { hedge: { leastMs: -1 } })).to.throw(RangeError, 'hedge.leastMs');
  });
});
