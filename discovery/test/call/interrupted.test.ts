import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { arrivals, flush, type House, house, type Staffed } from './scripted.ts';

describe('A call whose connection is lost', () => {
  function lost(all: House, repeatable = true) {
    const made = all.call({ repeatable });
    const at = all.workers.find(({ link }) => link.arrived.length > 0) as Staffed;
    const other = all.workers.find((worker) => worker !== at) as Staffed;
    at.lease.disconnected();
    at.link.nth(0).call.interrupted();
    return { ...made, at, other };
  }

  it('is sent to another worker at once, and takes the first answer', async () => {
    const { outcome, at, other } = lost(house(2));
    other.link.nth(0).answer('the second');
    await flush();
    expect(outcome).to.deep.equal({ value: 'the second' });
    expect(at.link.nth(0).aborted.map(({ errorName }) => errorName)).to.deep.equal(['CANCELLED']);
    at.link.nth(0).answer('the first, too late');
    await flush();
    expect(outcome).to.deep.equal({ value: 'the second' });
  });

  it('is answered by the worker that came back, if that is sooner', async () => {
    const { outcome, at, other } = lost(house(2));
    at.link.nth(0).answer('the first');
    await flush();
    expect(outcome).to.deep.equal({ value: 'the first' });
    expect(other.link.nth(0).aborted).to.have.length(1);
    other.link.nth(0).fail(new CallError('CANCELLED'));
    await flush();
  });

  it('is not lost when one of the two fails', async () => {
    for (const early of ['at', 'other'] as const) {
      const call = lost(house(2));
      const late = early === 'at' ? 'other' : 'at';
      call[early].link.nth(0).fail(new CallError('UPSTREAM_ERROR', 'gone', { maybeExecuted: true }));
      await flush();
      expect(call.outcome).to.deep.equal({});
      call[late].link.nth(0).answer('still here');
      await flush();
      expect(call.outcome.value).to.equal('still here');
    }
  });

  it('fails when both fail, and is not tried a third time', async () => {
    const all = house(3);
    const { outcome } = lost(all);
    for (const { link } of all.workers) {
      for (const { fail } of link.arrived) fail(new CallError('UPSTREAM_ERROR', 'gone', { maybeExecuted: true }));
    }
    await flush();
    expect(outcome.error).to.have.property('errorName', 'UPSTREAM_ERROR');
    expect(arrivals(all.workers).reduce((a, b) => a + b)).to.equal(2);
  });

  it('waits for its worker when it may not run twice', async () => {
    const { outcome, at, other } = lost(house(2), false);
    expect(other.link.arrived).to.have.length(0);
    at.link.nth(0).answer('back again');
    await flush();
    expect(outcome.value).to.equal('back again');
  });

  it('waits in line for somebody else while its worker may come back', async () => {
    const all = house(1);
    const call = all.call();
    const [only] = all.workers as [Staffed];
    only.lease.disconnected();
    only.link.nth(0).call.interrupted();
    await flush();
    const { link } = all.hire(5);
    expect(link.arrived).to.have.length(1);
    only.link.nth(0).answer('back again');
    await flush();
    expect(call.outcome.value).to.equal('back again');
  });

  it('goes on waiting for its worker when nobody else comes', async () => {
    const all = house(1, { line: { longestWaitMs: 500 } });
    const call = all.call();
    const [only] = all.workers as [Staffed];
    only.lease.disconnected();
    only.link.nth(0).call.interrupted();
    all.clock.advance(600);
    await flush();
    expect(call.outcome).to.deep.equal({});
    only.link.nth(0).answer('back again');
    await flush();
    expect(call.outcome.value).to.equal('back again');
  });

  it('leaves the line when its worker answers', async () => {
    const all = house(1);
    const call = all.call();
    const [only] = all.workers as [Staffed];
    only.lease.disconnected();
    only.link.nth(0).call.interrupted();
    only.link.nth(0).answer('back again');
    await flush();
    expect(all.hire(5).link.arrived).to.have.length(0);
    expect(call.outcome.value).to.equal('back again');
  });
});
