import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { tool } from '../registry/introductions.ts';
import { flush, house, type Staffed } from './scripted.ts';

describe('A call nobody has a slot for', () => {
  it('waits, and gets the next slot that becomes free', async () => {
    const { call, hire } = house(0);
    const { link } = hire(1, { slots: 1 });
    call();
    const second = call();
    const third = call();
    expect(link.arrived).to.have.length(1);
    link.nth(0).answer();
    await flush();
    expect(link.arrived).to.have.length(2);
    link.nth(1).answer('for the second');
    await flush();
    expect(second.outcome.value).to.equal('for the second');
    expect(third.outcome).to.deep.equal({});
    expect(link.arrived).to.have.length(3);
  });

  it('finds the one free slot of a large fleet, wherever it is', () => {
    const { call, hire } = house(0);
    const links = Array.from({ length: 40 }, (_, n) => hire(n, { slots: 1 }).link);
    for (let n = 0; n < 40; n++) call();
    expect(links.map(({ arrived }) => arrived.length)).to.deep.equal(Array(40).fill(1));
  });

  it('is told when the line is full, and when it has waited long enough', async () => {
    const { call, hire, clock } = house(0, { line: { limit: 1, longestWaitMs: 1_000 } });
    hire(1, { slots: 1 });
    call();
    const waiting = call();
    const refused = call();
    await flush();
    expect(refused.outcome.error).to.have.property('errorName', 'OVERLOADED');
    expect(refused.outcome.error?.message).to.contain('The tool "draw" is busy');
    expect(refused.outcome.error?.facts.retryAfterMs).to.be.greaterThan(0);
    clock.advance(1_000);
    await flush();
    expect(waiting.outcome.error).to.have.property('errorName', 'OVERLOADED');
    expect(waiting.outcome.error?.facts.maybeExecuted).to.equal(false);
  });

  it('is refused at its deadline, not having run', async () => {
    const { call, hire, clock } = house(0);
    const { link } = hire(1, { slots: 1 });
    call();
    const { outcome, work } = call({ timeoutMs: 300 });
    clock.advance(300);
    await flush();
    expect(outcome.error).to.include({ errorName: 'DEADLINE_EXCEEDED' });
    expect(outcome.error?.message).to.equal('Cannot finish "draw" within 300 ms');
    expect(outcome.error?.facts.maybeExecuted).to.equal(false);
    expect(work.interest.reason).to.equal(outcome.error);
    link.nth(0).answer();
    await flush();
    expect(link.arrived).to.have.length(1);
  });

  it('leaves the line when its caller leaves', async () => {
    const { call, hire, cluster } = house(0);
    const { link } = hire(1, { slots: 1 });
    call();
    const { work } = call();
    expect(cluster.explain('draw').waiting).to.equal(1);
    work.interest.cancel(new CallError('CANCELLED'));
    expect(cluster.explain('draw').waiting).to.equal(0);
    link.nth(0).answer();
    await flush();
    expect(link.arrived).to.have.length(1);
  });

  it('tells a caller whose wish says that nothing has run whether that is so', async () => {
    const { call, hire } = house(0);
    hire(1, { slots: 1 });
    const [sent, waiting] = [call(), call()];
    for (const { work } of [sent, waiting]) {
      work.interest.cancel(new CallError('CANCELLED', 'enough', { maybeExecuted: false }));
    }
    await flush();
    expect([sent, waiting].map(({ outcome }) => outcome.error?.facts.maybeExecuted)).to.deep.equal([true, false]);
  });

  it('is never given to a worker that means something else by the tool', async () => {
    const { call, hire, cluster } = house(0);
    const old = hire(1, { slots: 1 });
    call();
    const { outcome } = call();
    const other = hire(2, { version: '2.0.0' }, [tool('draw', { inputSchema: { type: 'object', maxProperties: 1 } })]);
    expect(other.link.arrived).to.have.length(0);
    old.link.nth(0).answer();
    await flush();
    old.link.nth(1).answer('the old way');
    await flush();
    expect(outcome.value).to.equal('the old way');
    expect(cluster.list().tools[0]?.versions).to.deep.equal(['1.0.0', '2.0.0']);
  });

  it('with wishes gets a worker that fulfils them', async () => {
    const { call, hire } = house(0);
    const plain = hire(1, { slots: 1, tags: [] });
    const gpu = hire(2, { slots: 1, tags: ['gpu'] });
    const route = { tags: ['gpu'] };
    call({ route });
    const wanting = call({ route });
    expect(plain.link.arrived).to.have.length(0);
    call();
    plain.link.nth(0).answer();
    await flush();
    expect(plain.link.arrived).to.have.length(1);
    gpu.link.nth(0).answer();
    await flush();
    gpu.link.nth(1).answer('by the gpu');
    await flush();
    expect(wanting.outcome.value).to.equal('by the gpu');
  });
});

describe('A tool whose workers are away', () => {
  it('is unknown when nobody has ever offered it', async () => {
    const { call } = house(1);
    const { outcome } = call({ tool: 'sing', schemaHash: 'x' });
    await flush();
    expect(outcome.error).to.have.property('errorName', 'TOOL_NOT_FOUND');
    expect(outcome.error?.message).to.contain('Cannot call "sing"');
  });

  it('is waited for while its only worker starts anew, and nobody notices', async () => {
    const { call, workers, hire, clock } = house(1);
    const [first] = workers as [Staffed];
    const { schemaHash } = call().work;
    first.link.nth(0).answer();
    first.lease.drain();
    const early = call({ schemaHash });
    first.lease.release('it restarts');
    const late = call({ schemaHash });
    clock.advance(2_000);
    const next = hire(2, {}, undefined, false);
    const later = call({ schemaHash });
    expect(next.link.arrived).to.have.length(0);
    next.lease.renew();
    expect(next.link.arrived).to.have.length(3);
    for (const { answer } of next.link.arrived) answer('as ever');
    await flush();
    for (const { outcome } of [early, late, later]) expect(outcome.value).to.equal('as ever');
  });

  it('is waited for while the connection of its worker is lost', async () => {
    const { call, workers, cluster } = house(1);
    const [only] = workers as [Staffed];
    only.lease.disconnected();
    const { outcome } = call();
    const lease = cluster.registry.register(
      { instanceId: 'instance-0000000000', epoch: 2, name: 'back', version: '1.0.0', slots: 4 },
      [tool('draw')],
      only.link,
      { heartbeats: false },
    );
    expect(lease.workerId).to.equal(only.id);
    only.link.nth(0).answer('here again');
    await flush();
    expect(outcome.value).to.equal('here again');
  });

  it('is unavailable when nobody came, and when nobody will come', async () => {
    const { call, workers, clock } = house(1, { line: { longestWaitMs: 1_000 } });
    const [only] = workers as [Staffed];
    only.lease.disconnected();
    const waiting = call();
    clock.advance(1_000);
    await flush();
    expect(waiting.outcome.error).to.have.property('errorName', 'UNAVAILABLE');
    expect(waiting.outcome.error?.facts).to.include({ retryAfterMs: 1_000, maybeExecuted: false });
    clock.advance(20_000);
    const hopeless = call();
    await flush();
    expect(hopeless.outcome.error).to.have.property('errorName', 'UNAVAILABLE');
  });

  it('is unavailable at once for what nobody offers: another version, tags nobody has, other schemas', async () => {
    const { call } = house(2);
    for (const over of [{ route: { version: '^9' } }, { route: { tags: ['quantum'] } }, { schemaHash: 'other' }]) {
      const { outcome } = call(over);
      await flush();
      expect(outcome.error, JSON.stringify(over)).to.have.property('errorName', 'UNAVAILABLE');
    }
    const { outcome } = call({ route: { version: 'newest' } });
    await flush();
    expect(outcome.error).to.have.property('errorName', 'INVALID_PARAMS');
  });

  it('is unknown again when it has been gone for longer than anybody waits', async () => {
    const { call, workers, clock, work } = house(1, { line: { longestWaitMs: 1_000 } });
    const { schemaHash } = work();
    workers[0]?.lease.release('for good');
    const early = call({ schemaHash });
    clock.advance(1_000);
    const late = call({ schemaHash });
    await flush();
    expect(early.outcome.error).to.have.property('errorName', 'UNAVAILABLE');
    expect(late.outcome.error).to.have.property('errorName', 'TOOL_NOT_FOUND');
  });
});
