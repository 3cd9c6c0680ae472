import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { because, type Circumstances } from '../../src/describe/because.ts';
import type { GuardReport } from '../../src/guard/guard.ts';
import { flush, house, type Staffed } from '../call/scripted.ts';
import { tool } from '../registry/introductions.ts';

describe('The explanation of a tool', () => {
  it('says of every worker how it does, and why it is or is not chosen', async () => {
    const all = house(3, {}, () => 0.5);
    const [bad, drains, well] = all.workers as [Staffed, Staffed, Staffed];
    bad.link.script = () => Promise.reject(new CallError('UPSTREAM_ERROR'));
    for (const { lease } of [drains, well]) lease.reportHealth('unhealthy', 'to have the other one picked');
    for (let n = 0; n < 5; n++) {
      all.call({ repeatable: false });
      await flush();
    }
    for (const { lease } of [drains, well]) lease.reportHealth('healthy', 'well');
    all.clock.advance(2_000);
    drains.lease.drain();
    all.call();
    const { workers, ...rest } = all.cluster.explain('draw');
    expect(rest).to.deep.include({ tool: 'draw', version: '1.0.0', strategy: 'adaptive', panic: true, waiting: 0 });
    expect(rest.hedgeTokens).to.equal(null);
    expect(rest.retryTokens).to.be.greaterThan(0);
    expect(workers.map(({ id }) => id)).to.deep.equal([bad.id, drains.id, well.id]);
    expect(workers[0]?.guard).to.deep.include({ state: 'open', failuresInRow: 5, triedAgainInMs: 8_000 });
    expect(workers[0]?.guard.lastFailures.at(-1)).to.deep.equal({
      agoMs: 2_000,
      outcome: 'hard',
      error: 'UPSTREAM_ERROR',
    });
    expect(workers[0]?.numbers).to.have.keys('cost', 'latencyMs', 'successRate');
    expect(workers[1]).to.include({ state: 'draining', chosen: false, zone: 'eu-1', name: 'worker 1', slots: 4 });
    expect(JSON.parse(JSON.stringify(workers))).to.deep.equal(workers);
  });

  it('tells the cheapest from the others, and those with other schemas', () => {
    const all = house(2);
    const other = all.hire(9, {}, [
      tool('draw', { outputSchema: { type: 'object', required: ['x'] }, version: '3.0.0' }),
    ]);
    all.call();
    const sentences = all.cluster.explain('draw').workers.map(({ because: sentence }) => sentence);
    expect(sentences.slice(0, 2)).to.have.members([
      'a call costs least here',
      'a call costs 2.0 times as much here as where it costs least',
    ]);
    expect(sentences[2]).to.contain('other schemas than most');
    expect(all.cluster.explain('draw').workers[2]).to.include({ id: other.id, chosen: false });
  });

  it('refuses a tool nobody offers', () => {
    expect(() => house(1).cluster.explain('sing')).to.throw('Cannot explain "sing": nobody offers it');
  });
});

describe('The reason a worker is or is not chosen for', () => {
  const HEALTHY: GuardReport = {
    ...{ id: 'w', epoch: 1, state: 'closed', standing: 'in', failuresInRow: 0 },
    ...{ triedAgainInMs: undefined, ejections: 0, ramp: 1, lastFailures: [] },
  };
  const FAILING: Partial<GuardReport> = {
    failuresInRow: 5,
    lastFailures: [{ agoMs: 1_700, outcome: 'hard', error: 'UPSTREAM_ERROR' }],
  };
  const worker = (over: object): Circumstances['worker'] =>
    ({ state: 'ready', health: 'healthy', connected: true, ...over }) as Circumstances['worker'];

  function reason(
    over: Partial<Omit<Circumstances, 'guard' | 'worker'>> & { guard?: object; worker?: object },
  ): string {
    const circumstances = { usual: true, panic: false, slots: { inUse: 0, limit: 4 }, overCheapest: 1 };
    const guard = { ...HEALTHY, ...over.guard };
    const { chosen, because: sentence } = because({
      ...circumstances,
      ...over,
      guard,
      worker: worker(over.worker ?? {}),
    });
    return `${chosen ? 'yes' : 'no'}: ${sentence}`;
  }

  it('is its state', () => {
    expect(reason({ worker: { state: 'joining' } })).to.match(/^no: .*not yet said that it is ready/);
    expect(reason({ worker: { state: 'suspect', connected: false } })).to.match(/^no: its connection is lost/);
    expect(reason({ worker: { state: 'suspect' } })).to.match(/^no: nothing has been heard of it for a while/);
    expect(reason({ worker: { state: 'dead' } })).to.match(/^no: .*nobody waits for it/);
    expect(reason({ worker: { state: 'draining' } })).to.match(/^no: it finishes what it has/);
    expect(reason({ worker: { health: 'unhealthy' } })).to.equal('no: it fails its health checks');
  });

  it('is what its guard says', () => {
    const open = { ...FAILING, state: 'open', standing: 'out', triedAgainInMs: 7_300 };
    expect(reason({ guard: open })).to.equal(
      'no: left alone for another 8 s: 5 failures in a row, the last UPSTREAM_ERROR 2 s ago',
    );
    expect(reason({ guard: { ...open, triedAgainInMs: undefined } })).to.match(/^no: one call tries it now/);
    expect(reason({ guard: open, panic: true })).to.match(/^yes: used although it fails, as too many others are out/);
    expect(reason({ guard: { ...FAILING, standing: 'trial' } })).to.match(/^yes: the next call that may be repeated/);
    expect(reason({ guard: { ...open, failuresInRow: 1, lastFailures: [], triedAgainInMs: 200 } })).to.equal(
      'no: left alone for another 200 ms: 1 failure',
    );
  });

  it('is its slots and its price', () => {
    expect(reason({ slots: { inUse: 4, limit: 4 } })).to.equal('no: all its 4 slots are taken');
    expect(reason({ slots: { inUse: 1, limit: 1 } })).to.equal('no: its only slot is taken');
    expect(reason({})).to.equal('yes: a call costs least here');
    expect(reason({ overCheapest: 3.24 })).to.contain('3.2 times as much');
    expect(reason({ overCheapest: 31.4 })).to.contain('31 times as much');
    expect(reason({ overCheapest: undefined })).to.equal('yes: it takes its turn with the others');
  });
});
