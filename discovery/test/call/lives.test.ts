import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { member, tool } from '../registry/introductions.ts';
import { flush, house, ScriptedLink } from './scripted.ts';

describe('A worker that registers again', () => {
  it('goes on where it was: its slots stay taken, its calls go to the new link', async () => {
    const all = house(0);
    const { link, lease, id } = all.hire(1, { slots: 2 });
    all.call();
    lease.disconnected();
    const back = new ScriptedLink();
    all.cluster.registry.register(member(1, { slots: 2, epoch: 2 }), [tool('draw')], back, { heartbeats: false });
    all.call();
    const third = all.call();
    expect(back.arrived).to.have.length(1);
    expect(all.cluster.explain('draw').workers).to.have.length(1);
    expect(all.cluster.explain('draw').workers[0]).to.include({ id, inFlight: 2 });
    link.nth(0).answer();
    await flush();
    back.nth(1).answer('by the new link');
    await flush();
    expect(third.outcome.value).to.equal('by the new link');
  });

  it('may bring more slots, fewer, and other tools', async () => {
    const all = house(0);
    const { link, lease } = all.hire(1, { slots: 1 });
    all.call();
    const waiting = all.call();
    lease.disconnected();
    const back = new ScriptedLink();
    const more = [tool('draw'), tool('sing')];
    const second = all.cluster.registry.register(member(1, { slots: 3, epoch: 2 }), more, back, { heartbeats: false });
    expect(back.arrived).to.have.length(1);
    all.call({ tool: 'sing' });
    expect(back.arrived.map(({ call }) => call.tool)).to.deep.equal(['draw', 'sing']);
    second.disconnected();
    const last = new ScriptedLink();
    const other = [tool('sing')];
    all.cluster.registry.register(member(1, { slots: 1, epoch: 3 }), other, last, { heartbeats: false });
    const late = all.call({ schemaHash: waiting.work.schemaHash });
    all.call({ tool: 'sing' });
    for (const { answer } of back.arrived) answer();
    await flush();
    expect(waiting.outcome.value).to.equal('done');
    // The only slot it has left is taken by the oldest call.
    expect(last.arrived).to.have.length(0);
    link.nth(0).answer();
    await flush();
    expect(last.arrived.map(({ call }) => call.tool)).to.deep.equal(['sing']);
    expect(late.outcome).to.deep.equal({});
    expect(all.cluster.reserve('draw')).to.equal(undefined);
  });

  it('begins anew after it was given up: free slots, a clean guard with its history, and no old call counts', async () => {
    const all = house(0, { retry: false });
    const { link, lease, id } = all.hire(1, { slots: 1 });
    const old = all.call();
    lease.disconnected();
    all.clock.advance(3_050);
    expect(lease.end).to.equal('lost');
    const back = new ScriptedLink();
    const registration = member(1, { slots: 1, epoch: 2 });
    const fresh = all.cluster.registry.register(registration, [tool('draw')], back, { heartbeats: false });
    expect(fresh.workerId).to.equal(id);
    fresh.renew();
    const young = all.call();
    expect(back.arrived).to.have.length(1);
    link.nth(0).fail(new CallError('UPSTREAM_ERROR'));
    await flush();
    expect(old.outcome.error).to.have.property('errorName', 'UPSTREAM_ERROR');
    expect(all.cluster.guards.guard(id)?.report()).to.include({ epoch: 2, failuresInRow: 0 });
    back.nth(0).answer('young');
    await flush();
    expect(young.outcome.value).to.equal('young');
    expect(all.cluster.explain('draw').workers[0]).to.include({ inFlight: 0 });
  });

  it('leaves nothing behind when it is gone', async () => {
    const all = house(2);
    all.call();
    all.call({ route: { tags: ['gpu'] } });
    for (const { link, lease } of all.workers) {
      lease.release('it is late');
      for (const { answer } of link.arrived) answer();
    }
    await flush();
    expect(all.cluster.guards.size).to.equal(0);
    expect(() => all.cluster.explain('draw')).to.throw('Cannot explain "draw"');
    all.clock.advance(10_000);
    all.cluster.close();
    expect(all.clock.pending).to.equal(0);
  });
});
