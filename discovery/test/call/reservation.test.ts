import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { tool } from '../registry/introductions.ts';
import { arrivals, flush, house, promised, type Staffed } from './scripted.ts';

describe('A reservation', () => {
  it('holds a slot until it is called or given back', async () => {
    const all = house(0);
    const { link } = all.hire(1, { slots: 2 });
    const [one, two] = [all.cluster.reserve('draw'), all.cluster.reserve('draw')];
    expect(all.cluster.reserve('draw')).to.equal(undefined);
    const waiting = all.call();
    two?.release();
    two?.release();
    expect(link.arrived).to.have.length(1);
    link.nth(0).answer('to the one in line');
    await flush();
    expect(waiting.outcome.value).to.equal('to the one in line');
    one?.release();
    expect(all.cluster.explain('draw').workers[0]?.inFlight).to.equal(0);
  });

  it('is good for one attempt, which counts for the guard and is not tried twice', async () => {
    const all = house(2);
    const held = all.cluster.reserve('draw');
    const { outcome } = promised(all.work(), held?.call(all.work()) ?? Promise.resolve(null));
    const at = all.workers.find(({ id }) => id === held?.workerId) as Staffed;
    at.link.nth(0).fail(new CallError('INTERNAL'));
    await flush();
    expect(outcome.error).to.have.property('errorName', 'INTERNAL');
    expect(arrivals(all.workers).reduce((a, b) => a + b)).to.equal(1);
    expect(all.cluster.guards.guard(at.id)?.report().failuresInRow).to.equal(1);
    const again = await held?.call(all.work()).catch((error: CallError) => error);
    expect(again).to.have.property('errorName', 'CONFLICT');
    held?.release();
    expect(all.cluster.explain('draw').workers.map(({ inFlight }) => inFlight)).to.deep.equal([0, 0]);
  });

  it('settles at the deadline like every call, and when nobody wants the answer any more', async () => {
    const all = house(1);
    const first = all.work({ timeoutMs: 60_000, toolTimeoutMs: 60_000 });
    const timed = promised(first, all.cluster.reserve('draw')?.call(first) ?? Promise.resolve(null));
    all.clock.advance(60_000);
    await flush();
    expect(timed.outcome.error).to.have.property('errorName', 'DEADLINE_EXCEEDED');

    const cancelled = all.work();
    cancelled.interest.cancel(new CallError('CANCELLED'));
    const { outcome } = promised(cancelled, all.cluster.reserve('draw')?.call(cancelled) ?? Promise.resolve(null));
    await flush();
    expect(outcome.error).to.have.property('errorName', 'CANCELLED');
    expect(all.cluster.explain('draw').workers[0]?.inFlight).to.equal(1);
  });

  it('is of those that are wished for, and not of those that are not', () => {
    const all = house(3);
    const [one, two, three] = all.workers.map(({ id }) => id) as [string, string, string];
    expect(all.cluster.reserve('draw', { only: two })?.workerId).to.equal(two);
    for (const id of [one, three]) {
      for (let n = 0; n < 20; n++) expect(all.cluster.reserve('draw', { except: id })?.workerId).not.to.equal(id);
    }
    expect(all.cluster.reserve('draw', { only: one, except: one })).to.equal(undefined);
    expect(all.cluster.reserve('sing')).to.equal(undefined);
  });

  it('is spread over those that may have it, and not all of the first', () => {
    const all = house(0);
    const own = all.hire(0, { slots: 100 }).id;
    for (const n of [1, 2, 3, 4]) all.hire(n, { slots: 8 });
    const held = Array.from({ length: 8 }, () => all.cluster.reserve('draw', { except: own })?.workerId);
    for (const id of new Set(held)) expect(held.filter((one) => one === id)).to.have.length.below(4);
    expect(held).not.to.include(own);
    expect(new Set(held).size).to.be.greaterThan(2);
  });

  it('is of those a route names, and rather of those it prefers', () => {
    const all = house(2);
    const there = all.hire(3, { slots: 1, tags: ['big'], zone: 'eu' }).id;
    const far = all.hire(4, { slots: 1, tags: ['big'], zone: 'us' }).id;
    const route = { tags: ['big'], zone: 'us' };
    const held = [all.cluster.reserve('draw', { route }), all.cluster.reserve('draw', { route })];
    expect(held.map((slot) => slot?.workerId)).to.deep.equal([far, there]);
    expect(all.cluster.reserve('draw', { route })).to.equal(undefined);
    held[1]?.release();
    expect(all.cluster.reserve('draw', { route, except: there })).to.equal(undefined);
    expect(all.cluster.reserve('draw', { route: { tags: ['tpu'] } })).to.equal(undefined);
    expect(all.cluster.reserve('draw')).not.to.equal(undefined);
  });

  it('is of workers that mean the same by the tool', () => {
    const all = house(2);
    const { schemaHash } = all.work();
    const news = [3, 4, 5].map((n) => all.hire(n, { version: '2.0.0' }, [tool('draw', { outputSchema: {} })]).id);
    expect(all.workers.map(({ id }) => id)).to.include(all.cluster.reserve('draw', { schemaHash })?.workerId);
    expect(news).to.include(all.cluster.reserve('draw')?.workerId);
    expect(all.cluster.reserve('draw', { schemaHash: 'another' })).to.equal(undefined);
  });

  it('finds the last free slot', () => {
    const all = house(0);
    for (let n = 0; n < 50; n++) all.hire(n, { slots: 1 });
    const held = Array.from({ length: 50 }, () => all.cluster.reserve('draw')?.workerId);
    expect(new Set(held).size).to.equal(50);
    expect(held).not.to.include(undefined);
    expect(all.cluster.reserve('draw')).to.equal(undefined);
  });

  it('can be had for what runs on a worker already, beyond its limit, and is sent in another way', async () => {
    const all = house(0);
    const only = all.hire(1, { slots: 1 });
    all.call();
    const adopted = all.cluster.adopt(only.id);
    expect(adopted?.workerId).to.equal(only.id);
    const work = all.work();
    const running = promised(work, adopted?.call(work, () => Promise.resolve('found again')) ?? Promise.resolve(null));
    await flush();
    expect(running.outcome.value).to.equal('found again');
    expect(only.link.arrived).to.have.length(1);
    expect(all.cluster.explain('draw').workers[0]).to.include({ inFlight: 1 });
    expect(all.cluster.adopt('w-nobody')).to.equal(undefined);
  });

  it('goes to its worker whatever the call wishes for', async () => {
    const all = house(1);
    const work = all.work({ route: { version: 'newest' } });
    const { outcome } = promised(work, all.cluster.reserve('draw')?.call(work) ?? Promise.resolve(null));
    all.workers[0]?.link.nth(0).answer('anyway');
    await flush();
    expect(outcome.value).to.equal('anyway');
  });

  it('is not to be had once the cluster is closed', () => {
    const all = house(1);
    all.cluster.close();
    expect(all.cluster.reserve('draw')).to.equal(undefined);
  });
});
