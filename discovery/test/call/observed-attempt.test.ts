import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type AttemptObservation, CallError, CHANNELS, type OccurrenceObservation } from '@callsheet/protocol';
import { expect } from 'chai';
import { flush, house, type Staffed } from './scripted.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const SPAN = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01';

describe('what is told of attempts', () => {
  let began: AttemptObservation[];
  let ended: AttemptObservation[];
  let happened: OccurrenceObservation[];
  const heardStart = (message: unknown): void => {
    began.push(message as AttemptObservation);
  };
  const heardEnd = (message: unknown): void => {
    ended.push(message as AttemptObservation);
  };
  const heardOccurrence = (message: unknown): void => {
    happened.push(message as OccurrenceObservation);
  };
  beforeEach(() => {
    began = [];
    ended = [];
    happened = [];
    subscribe(CHANNELS.attemptStart, heardStart);
    subscribe(CHANNELS.attemptEnd, heardEnd);
    subscribe(CHANNELS.occurrence, heardOccurrence);
  });
  afterEach(() => {
    unsubscribe(CHANNELS.attemptStart, heardStart);
    unsubscribe(CHANNELS.attemptEnd, heardEnd);
    unsubscribe(CHANNELS.occurrence, heardOccurrence);
  });

  it('is where it went, by which strategy, for whom, and how it ended, in one object', async () => {
    const all = house(1);
    const [only] = all.workers as [Staffed];
    all.call({ traceparent: PARENT });
    const [attempt] = began;
    expect(attempt).to.include({ tool: 'draw', workerId: only.id, attempt: 1, jobId: undefined, parent: PARENT });
    expect(attempt).to.include({ strategy: 'adaptive', outcome: undefined, endedAt: 0 });
    all.clock.advance(40);
    only.link.nth(0).answer();
    await flush();
    expect(ended).to.have.length(1);
    expect(ended[0]).to.equal(attempt);
    expect(attempt).to.include({ outcome: 'ok', error: undefined });
    expect((attempt?.endedAt ?? 0) - (attempt?.startedAt ?? 0)).to.equal(40);
  });

  it('is nothing of a call whose trace nobody follows, which is counted all the same', async () => {
    const all = house(1);
    const [only] = all.workers as [Staffed];
    all.call();
    all.call({ traceparent: `${PARENT.slice(0, -1)}0` });
    expect([...all.cluster.standings()]).to.have.length(1);
    expect([...all.cluster.standings()][0]).to.include({ picks: 2 });
    expect(all.cluster.active().get('draw')).to.equal(2);
    only.link.nth(0).answer();
    only.link.nth(1).answer();
    await flush();
    expect(all.cluster.active().get('draw')).to.equal(0);
    expect([...began, ...ended]).to.deep.equal([]);
  });

  it('lets who listens name the span that what follows belongs to', () => {
    const name = (message: unknown): void => {
      (message as AttemptObservation).traceparent = SPAN;
    };
    subscribe(CHANNELS.attemptStart, name);
    const all = house(1);
    const [only] = all.workers as [Staffed];
    const { work } = all.call({ traceparent: PARENT });
    expect(only.link.nth(0).call.context).to.be.an('object');
    unsubscribe(CHANNELS.attemptStart, name);
    expect(work.hosted[0]?.traceparent).to.equal(SPAN);
  });

  it('is one for each worker that was asked, with its error, and how long the work had it', async () => {
    const all = house(2);
    const spent: number[] = [];
    const { work } = all.call({
      traceparent: PARENT,
      attempted: (from: number, to: number) => {
        spent.push(to - from);
      },
    });
    expect(work.repeatable).to.equal(true);
    const busy = all.workers.find(({ link }) => link.arrived.length > 0);
    all.clock.advance(5);
    busy?.link.nth(0).fail(new CallError('UPSTREAM_ERROR', 'lost'));
    await flush();
    all.clock.advance(1_000);
    await flush();
    expect(ended[0]).to.include({ outcome: 'hard', attempt: 1 });
    expect(ended[0]?.error).to.have.property('errorName', 'UPSTREAM_ERROR');
    expect(began[1]).to.include({ attempt: 2 });
    expect(began[1]?.workerId).to.not.equal(began[0]?.workerId);
    expect(spent[0]).to.equal(5);
    expect(happened).to.deep.include({ type: 'retry', target: 'draw' });
  });

  it('ends when nobody wants the answer any more, once, whatever the worker does later', async () => {
    const all = house(1);
    const [only] = all.workers as [Staffed];
    const { work } = all.call({ traceparent: PARENT });
    const reason = new CallError('CANCELLED', 'changed their mind');
    work.interest.cancel(reason);
    expect(ended).to.have.length(1);
    expect(ended[0]).to.include({ outcome: 'neutral', error: reason });
    only.link.nth(0).answer();
    await flush();
    expect(ended).to.have.length(1);
  });
});
