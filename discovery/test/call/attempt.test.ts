import { CallError, type Json } from '@callsheet/protocol';
import { expect } from 'chai';
import type { EndpointCall } from '../../src/worker.ts';
import { flush, house, type Staffed } from './scripted.ts';

describe('One attempt of a call', () => {
  it('says what is to be done, and makes its context when it is asked for', async () => {
    const all = house(1);
    const [only] = all.workers as [Staffed];
    const { work } = all.call({ args: { subject: 'a fox' }, job: { id: 'j1', attempt: 3 } });
    const { call, answer } = only.link.nth(0);
    expect(call.tool).to.equal('draw');
    expect(call.args).to.deep.equal({ subject: 'a fox' });
    expect(call.attempt).to.equal(1);
    expect(call.job).to.deep.equal({ id: 'j1', attempt: 3 });
    expect(work.hosted).to.have.length(0);
    expect(call.context).to.equal(call.context);
    expect(work.hosted.map(({ attempt }) => attempt)).to.deep.equal([1]);
    answer();
    await flush();
    expect(work.settled).to.equal(1);
  });

  it('is aborted with the reason: for those who listen, who ask, and who listen or ask too late', async () => {
    const all = house(1);
    const [only] = all.workers as [Staffed];
    const { work } = all.call();
    const { call, aborted } = only.link.nth(0);
    const { signal } = call.context;
    const reason = new CallError('CANCELLED', 'enough');
    work.interest.cancel(reason);
    expect(aborted).to.deep.equal([reason]);
    expect(signal.reason).to.equal(reason);
    const late: CallError[] = [];
    call.onAbort((why) => late.push(why));
    expect(late).to.deep.equal([reason]);

    const second = all.call();
    second.work.interest.cancel(reason);
    expect(only.link.nth(1).call.context.signal.reason).to.equal(reason);
  });

  it('clears up before its answer is given, or its failure', async () => {
    const all = house(1);
    const [only] = all.workers as [Staffed];
    for (const end of ['answer', 'fail'] as const) {
      let cleared: () => void = () => undefined;
      const settling = new Promise<void>((resolve) => {
        cleared = resolve;
      });
      const { outcome } = all.call({ settling, repeatable: false });
      const arrived = only.link.arrived.at(-1);
      void arrived?.call.context;
      arrived?.[end]('so');
      await flush();
      expect(outcome, end).to.deep.equal({});
      cleared();
      await flush();
      expect(outcome, end).not.to.deep.equal({});
    }
  });

  it('gives its answer at the deadline though it is not cleared up, and nothing when the caller left', async () => {
    const never = new Promise<void>(() => undefined);
    const all = house(1);
    const [only] = all.workers as [Staffed];
    const slow = all.call({ settling: never, timeoutMs: 500 });
    void only.link.nth(0).call.context;
    only.link.nth(0).answer('done in time');
    await flush();
    all.clock.advance(500);
    await flush();
    expect(slow.outcome.value).to.equal('done in time');

    const left = all.call({ settling: never });
    void only.link.nth(1).call.context;
    only.link.nth(1).answer();
    await flush();
    left.work.interest.cancel(new CallError('CANCELLED'));
    await flush();
    expect(left.outcome.error).to.have.property('errorName', 'CANCELLED');
  });

  it('frees a context that is asked for when all is over', async () => {
    const all = house(1);
    const [only] = all.workers as [Staffed];
    const { work } = all.call();
    only.link.nth(0).answer();
    await flush();
    expect(work.settled).to.equal(0);
    void only.link.nth(0).call.context;
    expect(work.settled).to.equal(1);
  });

  it('survives whatever its host, its listeners and its link do', async () => {
    const fault = (): never => {
      throw new Error('not ours');
    };
    const all = house(1, { retry: false });
    const [only] = all.workers as [Staffed];
    const { work, outcome } = all.call();
    Object.assign(work, { host: () => ({ context: {}, settle: fault }), told: fault });
    only.link.nth(0).call.onAbort(fault);
    void only.link.nth(0).call.context;
    work.interest.cancel(new CallError('CANCELLED', 'so be it'));
    only.link.nth(0).answer();
    await flush();
    expect(outcome.error?.message).to.equal('so be it');
    expect(all.faults).to.have.length(3);

    const oddities: ((call: EndpointCall) => Promise<Json>)[] = [
      fault,
      () => undefined as unknown as Promise<Json>,
      () => Promise.reject(undefined),
      () => Promise.reject('a string'),
    ];
    for (const script of oddities) {
      only.link.script = script;
      const { outcome: end } = all.call();
      await flush();
      expect('error' in end).to.equal(true);
    }
    expect(all.cluster.explain('draw').workers[0]?.inFlight).to.equal(0);
  });

  it('hears an interest that throws when it is ended, and settles the call all the same', async () => {
    const all = house(1);
    const { work, outcome } = all.call({ timeoutMs: 100 });
    work.interest.cancel = () => {
      throw new Error('not ours');
    };
    all.clock.advance(100);
    await flush();
    expect(outcome.error).to.have.property('errorName', 'DEADLINE_EXCEEDED');
    expect(all.faults).to.have.length(1);
  });

  it('is not made for a caller who has left, nor without any time', async () => {
    const all = house(1);
    const [only] = all.workers as [Staffed];
    const work = all.work();
    work.interest.cancel(new CallError('CANCELLED', 'gone already'));
    const left = await all.cluster.call(work).catch((error: CallError) => error);
    expect(left).to.have.property('message', 'gone already');
    for (const timeoutMs of [0, -1, Number.NaN]) {
      const { outcome } = all.call({ timeoutMs });
      await flush();
      expect(outcome.error).to.have.property('errorName', 'DEADLINE_EXCEEDED');
      expect(outcome.error?.facts.maybeExecuted).to.equal(false);
    }
    expect(only.link.arrived).to.have.length(0);
  });

  it('leaves nobody listening to an interest when it is over', async () => {
    const all = house(1);
    const { work } = all.call();
    expect(work.interest.isWatched).to.equal(true);
    all.workers[0]?.link.nth(0).answer();
    await flush();
    expect(work.interest.isWatched).to.equal(false);
  });
});
