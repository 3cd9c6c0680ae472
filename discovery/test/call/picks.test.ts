import { expect } from 'chai';
import type { StrategyFactory } from '../../src/balance/strategy.ts';
import { tool } from '../registry/introductions.ts';
import { arrivals, flush, house, type Staffed } from './scripted.ts';

describe('Who is picked', () => {
  it('is nobody that drains, is lost or is unhealthy, from that moment on', async () => {
    const all = house(4);
    const [drains, lost, unhealthy, well] = all.workers as [Staffed, Staffed, Staffed, Staffed];
    drains.lease.drain();
    lost.lease.disconnected();
    unhealthy.lease.reportHealth('unhealthy', 'it coughs');
    for (let n = 0; n < 4; n++) all.call();
    expect(arrivals(all.workers)).to.deep.equal([0, 0, 0, 4]);
    unhealthy.lease.reportHealth('healthy', 'it is well');
    all.call();
    expect(unhealthy.link.arrived).to.have.length(1);
    expect(well.link.arrived).to.have.length(4);
  });

  it('follows tags and versions, and goes by the zone as far as there is room', () => {
    const all = house(0);
    const near = all.hire(1, { zone: 'eu-1', tags: [], slots: 2 });
    const far = all.hire(2, { zone: 'us-1', tags: ['gpu'], version: '1.5.0', slots: 4 });
    all.call({ route: { tags: ['gpu'] } });
    all.call({ route: { version: '^1.5' } });
    expect(arrivals([near, far])).to.deep.equal([0, 2]);
    for (let n = 0; n < 3; n++) all.call({ route: { zone: 'eu-1' } });
    expect(arrivals([near, far])).to.deep.equal([2, 3]);
  });

  it('is the same for calls with the same key, whose length does not matter', async () => {
    const all = house(6, { strategy: 'affinity' });
    const affinity = 'k'.repeat(100_000);
    for (let n = 0; n < 5; n++) {
      all.call({ route: { affinity } });
      for (const { link } of all.workers) for (const { answer } of link.arrived) answer();
      await flush();
    }
    expect(arrivals(all.workers).filter((count) => count > 0)).to.deep.equal([5]);
  });

  it('depends on what the arguments were checked against, in the middle of an update too', () => {
    const all = house(2);
    const { schemaHash } = all.work();
    const changed = tool('draw', { outputSchema: { type: 'object', required: ['picture'] } });
    const news = [2, 3, 4].map((n) => all.hire(n, { version: '2.0.0' }, [changed]));
    for (let n = 0; n < 4; n++) all.call({ schemaHash });
    expect(arrivals(all.workers).reduce((a, b) => a + b)).to.equal(4);
    for (let n = 0; n < 4; n++) all.call();
    expect(arrivals(news).reduce((a, b) => a + b)).to.equal(4);
  });

  it('is asked of strategies of the user by name', () => {
    const first: StrategyFactory = () => {
      let members: readonly Parameters<ReturnType<StrategyFactory>['started']>[0][] = [];
      return {
        adopt: (available) => {
          members = [...available];
        },
        pick: ({ not }) => members.find((member) => member !== not),
        started: () => undefined,
        ended: () => undefined,
      };
    };
    const all = house(3, { strategy: 'first', strategies: { first } });
    for (let n = 0; n < 5; n++) all.call();
    expect(arrivals(all.workers)).to.deep.equal([4, 1, 0]);
    expect(() => house(0, { strategy: 'second' })).to.throw('there is no such strategy');
  });

  it('is anybody free when the strategy throws, and its fault is told', async () => {
    const bad: StrategyFactory = () => {
      const fault = (): never => {
        throw new Error('a bad day');
      };
      return { adopt: () => undefined, pick: fault, started: fault, ended: fault, explain: fault };
    };
    const all = house(2, { strategy: 'bad', strategies: { bad } });
    const { outcome } = all.call();
    for (const { link } of all.workers) for (const { answer } of link.arrived) answer();
    await flush();
    expect(outcome.value).to.equal('done');
    expect(all.faults.length).to.be.greaterThan(2);
    expect(all.cluster.explain('draw').workers[0]?.numbers).to.deep.equal({});
  });

  it('is remembered by wish for a bounded number of wishes, the one asked longest ago forgotten first', async () => {
    let opened = 0;
    const counting: StrategyFactory = () => {
      opened++;
      let first: ReturnType<ReturnType<StrategyFactory>['pick']>;
      return {
        adopt: ([one]) => {
          first = one;
        },
        pick: () => first,
        started: () => undefined,
        ended: () => undefined,
      };
    };
    const all = house(1, { strategy: 'counting', strategies: { counting } });
    const ask = async (n: number): Promise<void> => {
      all.call({ route: { version: `>=0.${n} <9` } });
      all.workers[0]?.link.arrived.pop()?.answer();
      await flush();
    };
    opened = 0;
    for (let n = 0; n < 256; n++) await ask(n);
    expect(opened).to.equal(256);
    await ask(0);
    expect(opened).to.equal(256);
    await ask(256);
    await ask(0);
    expect(opened).to.equal(257);
    await ask(1);
    expect(opened).to.equal(258);
  });
});
