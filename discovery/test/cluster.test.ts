import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { arrivals, flush, house } from './call/scripted.ts';

describe('A cluster', () => {
  it('has a call done by one of its workers', async () => {
    const { call, workers } = house(2);
    const { outcome } = call();
    expect(arrivals(workers).reduce((a, b) => a + b)).to.equal(1);
    const at = workers.find(({ link }) => link.arrived.length === 1);
    at?.link.nth(0).answer({ picture: 1 });
    await flush();
    expect(outcome).to.deep.equal({ value: { picture: 1 } });
  });

  it('settles a call at its deadline, and hears of the worker later', async () => {
    const { call, workers, clock } = house(1);
    const { outcome, work } = call({ timeoutMs: 500, repeatable: false });
    clock.advance(500);
    await flush();
    expect(outcome.error).to.include({ errorName: 'DEADLINE_EXCEEDED', retryable: false });
    expect(outcome.error?.message).to.equal('Cannot finish "draw" within 500 ms');
    expect(outcome.error?.facts.maybeExecuted).to.equal(true);
    expect(work.interest.reason).to.equal(outcome.error);
    expect(workers[0]?.link.nth(0).aborted).to.deep.equal([outcome.error]);
  });

  it('ends a call when nobody wants the answer any more', async () => {
    const { call, workers } = house(1);
    const { outcome, work } = call();
    const reason = new CallError('CANCELLED', 'the page was closed');
    work.interest.cancel(reason);
    await flush();
    expect(outcome.error).to.equal(reason);
    expect(workers[0]?.link.nth(0).call.reason).to.equal(reason);
  });

  it('refuses new calls once it is closed, and lets those go on that run', async () => {
    const { call, workers, cluster } = house(1);
    const running = call();
    cluster.close();
    const late = call();
    workers[0]?.link.nth(0).answer();
    await flush();
    expect(running.outcome.value).to.equal('done');
    expect(late.outcome.error).to.have.property('errorName', 'DRAINING');
  });

  it('reserves a free slot, and never waits for one', async () => {
    const { cluster, hire, work } = house(0);
    const { link, id } = hire(1, { slots: 1 });
    const held = cluster.reserve('draw');
    expect(held?.workerId).to.equal(id);
    expect(cluster.reserve('draw')).to.equal(undefined);
    const answer = held?.call(work());
    link.nth(0).answer('a video');
    expect(await answer).to.equal('a video');
    expect(cluster.reserve('draw')).not.to.equal(undefined);
  });

  it('tells once per turn that there may be room', async () => {
    const { cluster, call, workers } = house(1);
    let told = 0;
    cluster.onRoom(() => told++);
    call();
    call();
    for (const { answer } of workers[0]?.link.arrived ?? []) answer();
    await flush();
    expect(told).to.equal(1);
  });
});
