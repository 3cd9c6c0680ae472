import { CallError, type ErrorName } from '@callsheet/protocol';
import { expect } from 'chai';
import { arrivals, flush, type House, house, type Staffed } from './scripted.ts';

const BROKEN = (): Promise<never> => Promise.reject(new CallError('INTERNAL', 'broken'));

describe('What the guard of a worker hears', () => {
  const failures = ({ cluster }: House, { id }: Staffed): number =>
    cluster.guards.guard(id)?.report().failuresInRow ?? Number.NaN;

  async function endedWith(name: ErrorName, facts = {}): Promise<number> {
    const all = house(2, { retry: false });
    const [one] = all.workers as [Staffed];
    all.workers[1]?.lease.drain();
    all.call({ timeoutMs: 10_000 });
    one.link.nth(0).fail(new CallError(name, 'so', facts));
    await flush();
    return failures(all, one);
  }

  it('is a failure when the worker failed, and nothing when the call did', async () => {
    expect(await endedWith('UPSTREAM_ERROR')).to.equal(1);
    expect(await endedWith('TOOL_FAILED', { retryable: true })).to.equal(1);
    expect(await endedWith('TOOL_FAILED', { retryable: false })).to.equal(0);
    expect(await endedWith('INVALID_PARAMS')).to.equal(0);
    expect(await endedWith('OVERLOADED')).to.equal(0);
  });

  it("is a failure at the tool's own timeout, and none at a caller's smaller patience", async () => {
    for (const [timeoutMs, counted] of [
      [10_000, 1],
      [500, 0],
    ] as const) {
      const all = house(1);
      const [only] = all.workers as [Staffed];
      all.call({ timeoutMs });
      all.clock.advance(timeoutMs);
      expect(failures(all, only)).to.equal(counted);
    }
  });

  it('is no failure when most of the time went by in line', async () => {
    const all = house(0);
    const only = all.hire(1, { slots: 1 });
    all.call({ timeoutMs: 20_000 });
    const { outcome } = all.call({ timeoutMs: 6_000, toolTimeoutMs: 6_000 });
    all.clock.advance(4_000);
    only.link.nth(0).answer();
    await flush();
    all.clock.advance(2_000);
    await flush();
    expect(outcome.error).to.have.property('errorName', 'DEADLINE_EXCEEDED');
    expect(failures(all, only)).to.equal(0);
  });

  it('comes at once, while the slot is held until the worker has really ended', async () => {
    const all = house(0);
    const only = all.hire(1, { slots: 1 });
    all.call({ timeoutMs: 1_000, toolTimeoutMs: 1_000 });
    all.clock.advance(1_000);
    expect(failures(all, only)).to.equal(1);
    const next = all.call();
    expect(only.link.arrived).to.have.length(1);
    expect(all.cluster.explain('draw').workers[0]).to.include({ inFlight: 1, because: 'its only slot is taken' });
    only.link.nth(0).answer('far too late');
    await flush();
    expect(failures(all, only)).to.equal(1);
    only.link.nth(1).answer('in time');
    await flush();
    expect(next.outcome.value).to.equal('in time');
  });

  it('is nothing when the caller left', async () => {
    const all = house(1);
    const [only] = all.workers as [Staffed];
    const { work } = all.call();
    work.interest.cancel(new CallError('CANCELLED'));
    only.link.nth(0).fail(new CallError('INTERNAL'));
    await flush();
    expect(failures(all, only)).to.equal(0);
  });
});

describe('A worker that keeps failing', () => {
  /** One of three has failed five times in a row, and is left alone. The others keep what they get. */
  async function oneOut(): Promise<{ all: House; bad: Staffed; good: readonly Staffed[] }> {
    const all = house(3, {}, () => 0.5);
    const [bad, ...good] = all.workers as [Staffed, Staffed, Staffed];
    bad.link.script = BROKEN;
    for (const { lease } of good) lease.reportHealth('unhealthy', 'to have the other one picked');
    for (let n = 0; n < 5; n++) {
      all.call({ repeatable: false });
      await flush();
    }
    for (const { lease } of good) lease.reportHealth('healthy', 'well');
    bad.link.arrived.length = 0;
    expect(all.cluster.guards.guard(bad.id)?.state).to.equal('open');
    return { all, bad, good };
  }

  it('is left alone, also by those who wait in line', async () => {
    const { all, bad, good } = await oneOut();
    for (let n = 0; n < 10; n++) all.call();
    expect(arrivals(good)).to.deep.equal([4, 4]);
    expect(bad.link.arrived).to.have.length(0);
    expect(all.cluster.explain('draw').waiting).to.equal(2);
  });

  it('gets those who wait in line when nobody else is left', async () => {
    const { all, bad, good } = await oneOut();
    bad.link.script = undefined;
    for (let n = 0; n < 10; n++) all.call();
    expect(bad.link.arrived).to.have.length(0);
    for (const { lease } of good) lease.disconnected();
    expect(bad.link.arrived).to.have.length(2);
  });

  it('is tried with one call that may run twice, and comes back when that succeeds', async () => {
    const { all, bad, good } = await oneOut();
    bad.link.script = undefined;
    all.clock.advance(10_000);
    all.call({ repeatable: false });
    expect(bad.link.arrived).to.have.length(0);
    all.call();
    expect(bad.link.arrived).to.have.length(1);
    all.call();
    all.call();
    expect(bad.link.arrived).to.have.length(1);
    bad.link.nth(0).answer('well again');
    await flush();
    expect(all.cluster.guards.guard(bad.id)?.state).to.equal('closed');
    for (let n = 0; n < 6; n++) all.call();
    expect(arrivals(good).reduce((a, b) => a + b) + bad.link.arrived.length).to.equal(10);
    expect(bad.link.arrived.length).to.be.greaterThan(1);
  });

  it('is not kept out by trials of callers without any patience', async () => {
    const { all, bad } = await oneOut();
    bad.link.script = undefined;
    all.clock.advance(10_000);
    for (let turn = 0; turn < 5; turn++) {
      all.call({ timeoutMs: 1 });
      expect(bad.link.arrived, 'the trial').to.have.length(turn + 1);
      all.clock.advance(1);
      await flush();
      expect(all.cluster.guards.guard(bad.id)?.standing).to.equal('trial');
      bad.link.nth(turn).answer('too late');
      await flush();
    }
    all.call();
    bad.link.nth(5).answer('in time');
    await flush();
    expect(all.cluster.guards.guard(bad.id)?.state).to.equal('closed');
  });

  it('is kept out by a trial of a caller who waited in vain', async () => {
    const { all, bad } = await oneOut();
    bad.link.script = undefined;
    all.clock.advance(10_000);
    all.call({ timeoutMs: 4_000 });
    all.clock.advance(4_000);
    await flush();
    expect(all.cluster.guards.guard(bad.id)?.state).to.equal('open');
  });

  it('costs the call nothing when its trial fails', async () => {
    const { all, bad, good } = await oneOut();
    all.clock.advance(10_000);
    const { outcome } = all.call();
    expect(bad.link.arrived).to.have.length(1);
    await flush();
    all.clock.advance(250);
    for (const { link } of good) for (const { answer } of link.arrived) answer('fine');
    await flush();
    expect(outcome.value).to.equal('fine');
    expect(all.cluster.guards.guard(bad.id)?.state).to.equal('open');
  });

  it('is used all the same when most are out', async () => {
    const all = house(2, {}, () => 0.5);
    for (const { link } of all.workers) link.script = BROKEN;
    for (let n = 0; n < 40; n++) {
      all.call({ repeatable: false });
      await flush();
    }
    const { panic, workers } = all.cluster.explain('draw');
    expect(panic).to.equal(true);
    expect(workers.every(({ chosen }) => chosen)).to.equal(true);
    for (const { link } of all.workers) link.script = () => Promise.resolve('alive');
    const { outcome } = all.call({ repeatable: false });
    await flush();
    expect(outcome.value).to.equal('alive');
  });

  it('cannot make a storm: with every worker down there are at most 1.2 attempts a call', async () => {
    const all = house(5);
    for (const { link } of all.workers) link.script = BROKEN;
    const calls = 1_000;
    for (let n = 0; n < calls; n++) {
      all.call();
      await flush();
      all.clock.advance(20);
    }
    all.clock.advance(10_000);
    await flush();
    const attempts = arrivals(all.workers).reduce((a, b) => a + b);
    expect(attempts).to.be.at.most(calls * 1.2);
    expect(attempts).to.be.greaterThan(calls);
  });
});
