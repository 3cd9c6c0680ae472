import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { arrivals, flush, type House, house, type Staffed } from './scripted.ts';

const MIDDLE = (): number => 0.5;

describe('A failed attempt', () => {
  /** Three workers and one call that has just arrived at one of them. */
  function underWay(house: House, over: Parameters<House['call']>[0] = {}) {
    const made = house.call(over);
    const at = house.workers.find(({ link }) => link.arrived.length > 0) as Staffed;
    const others = house.workers.filter((worker) => worker !== at);
    return { ...made, at, others };
  }

  it('of a repeatable call is made again on another worker, after a while', async () => {
    const all = house(3, {}, MIDDLE);
    const { outcome, at, others } = underWay(all);
    at.link.nth(0).fail(new CallError('INTERNAL'));
    await flush();
    all.clock.advance(24);
    expect(arrivals(others)).to.deep.equal([0, 0]);
    all.clock.advance(1);
    const next = others.find(({ link }) => link.arrived.length === 1) as Staffed;
    expect(next.link.nth(0).call.attempt).to.equal(2);
    next.link.nth(0).answer('better');
    await flush();
    expect(outcome).to.deep.equal({ value: 'better' });
    expect(at.link.arrived).to.have.length(1);
  });

  it('is made again at most once', async () => {
    const all = house(3);
    const { outcome } = underWay(all);
    const error = new CallError('INTERNAL');
    for (let attempt = 0; attempt < 3; attempt++) {
      for (const { link } of all.workers) for (const { fail } of link.arrived) fail(error);
      await flush();
      all.clock.advance(300);
    }
    expect(arrivals(all.workers).reduce((a, b) => a + b)).to.equal(2);
    expect(outcome.error).to.equal(error);
  });

  it('of a call that may not run twice is the answer, unless it has surely not run', async () => {
    const ran = house(2);
    const first = underWay(ran, { repeatable: false });
    first.at.link.nth(0).fail(new CallError('UPSTREAM_ERROR', 'lost', { maybeExecuted: true }));
    await flush();
    expect(first.outcome.error?.message).to.equal('lost');

    for (const [name, facts] of [
      ['UPSTREAM_ERROR', { maybeExecuted: false }],
      ['DRAINING', {}],
      ['OVERLOADED', {}],
      ['TOO_MANY_IN_FLIGHT', {}],
      ['CIRCUIT_OPEN', {}],
    ] as const) {
      const all = house(2);
      const { at, others } = underWay(all, { repeatable: false });
      at.link.nth(0).fail(new CallError(name, 'not me', facts));
      await flush();
      expect(arrivals(others), name).to.deep.equal([1]);
    }
  });

  it("that was the caller's fault or the tool's verdict is the answer", async () => {
    for (const error of [new CallError('INVALID_PARAMS'), new CallError('TOOL_FAILED'), new CallError('CANCELLED')]) {
      const all = house(2);
      const { outcome, at } = underWay(all);
      at.link.nth(0).fail(error);
      await flush();
      expect(outcome.error).to.equal(error);
    }
  });

  it('is made again at once when its worker was lost', async () => {
    const all = house(2);
    const { at, others } = underWay(all);
    at.lease.disconnected();
    at.link.nth(0).fail(new CallError('UPSTREAM_ERROR', 'lost', { maybeExecuted: true }));
    await flush();
    expect(arrivals(others)).to.deep.equal([1]);
  });

  it('waits as long as the worker asks for, if there is time for it', async () => {
    const all = house(2);
    const { at, others } = underWay(all);
    at.link.nth(0).fail(new CallError('OVERLOADED', 'busy', { retryAfterMs: 2_000 }));
    await flush();
    all.clock.advance(1_999);
    expect(arrivals(others)).to.deep.equal([0]);
    all.clock.advance(1);
    expect(arrivals(others)).to.deep.equal([1]);

    const hurried = house(2);
    const second = underWay(hurried, { timeoutMs: 2_000 });
    const busy = new CallError('OVERLOADED', 'busy', { retryAfterMs: 2_000 });
    second.at.link.nth(0).fail(busy);
    await flush();
    expect(second.outcome.error).to.equal(busy);
  });

  it('is not made again where there is only that worker', async () => {
    const all = house(1);
    const { outcome, at } = underWay(all);
    at.link.nth(0).fail(new CallError('INTERNAL'));
    await flush();
    all.clock.advance(250);
    await flush();
    expect(outcome.error).to.have.property('errorName', 'INTERNAL');
    expect(at.link.arrived).to.have.length(1);
  });

  it('waits for a worker that comes in the place of the lost one', async () => {
    const all = house(1);
    const { outcome, at } = underWay(all);
    at.lease.release('it restarts');
    at.link.nth(0).fail(new CallError('UPSTREAM_ERROR', 'lost', { maybeExecuted: true }));
    await flush();
    expect(outcome).to.deep.equal({});
    const { link } = all.hire(7);
    link.nth(0).answer('as if nothing had been');
    await flush();
    expect(outcome.value).to.equal('as if nothing had been');
  });

  it('says that it may have run, when the one after it has not', async () => {
    const all = house(1, { line: { longestWaitMs: 1_000 } });
    const { outcome, at } = underWay(all);
    at.lease.disconnected();
    at.link.nth(0).fail(new CallError('UPSTREAM_ERROR', 'lost', { maybeExecuted: true }));
    await flush();
    all.clock.advance(1_000);
    await flush();
    expect(outcome.error).to.include({ errorName: 'UPSTREAM_ERROR', message: 'lost' });

    const two = house(2);
    const second = underWay(two);
    second.at.lease.disconnected();
    second.at.link.nth(0).fail(new CallError('UPSTREAM_ERROR', 'lost', { maybeExecuted: true }));
    await flush();
    second.others[0]?.link.nth(0).fail(new CallError('DRAINING', 'going down', { maybeExecuted: false }));
    await flush();
    expect(second.outcome.error).to.have.property('errorName', 'DRAINING');
    expect(second.outcome.error?.facts.maybeExecuted).to.equal(true);
  });

  it('is the answer when nothing is to be tried twice', async () => {
    const all = house(2, { retry: false });
    const { outcome, at } = underWay(all);
    at.link.nth(0).fail(new CallError('INTERNAL'));
    await flush();
    expect(outcome.error).to.have.property('errorName', 'INTERNAL');
  });

  it('that broke the promise of its tool is made again, and counts against the worker', async () => {
    const all = house(2, {}, MIDDLE);
    const { outcome, at, others } = underWay(all, {
      accepts: (answer) => {
        if (answer === 'nonsense') throw new CallError('TOOL_FAILED', 'not what was promised', { retryable: false });
      },
    });
    at.link.nth(0).answer('nonsense');
    await flush();
    all.clock.advance(250);
    others[0]?.link.nth(0).answer('sense');
    await flush();
    expect(outcome.value).to.equal('sense');
    expect(all.cluster.guards.guard(at.id)?.report().failuresInRow).to.equal(1);
  });

  it('ends in its pause when the caller leaves', async () => {
    const all = house(2, {}, MIDDLE);
    const { outcome, work, at, others } = underWay(all);
    at.link.nth(0).fail(new CallError('INTERNAL'));
    await flush();
    work.interest.cancel(new CallError('CANCELLED'));
    all.clock.advance(1_000);
    await flush();
    expect(arrivals(others)).to.deep.equal([0]);
    expect(outcome.error).to.have.property('errorName', 'CANCELLED');
  });

  it('is told in the words of the work', async () => {
    const all = house(1);
    const told = new CallError('TOOL_FAILED', 'The tool "draw" failed');
    const made = all.work();
    Object.assign(made, { told: () => told });
    const promise = all.cluster.call(made).catch((error: unknown) => error);
    all.workers[0]?.link.nth(0).fail(new TypeError('secret'));
    await flush();
    all.clock.advance(250);
    expect(await promise).to.equal(told);
  });
});
