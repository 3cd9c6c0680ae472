import { expect } from 'chai';
import { TimeUp, unlessAborted, within } from '../../../src/alerts/notify/within.ts';
import { TurnedClock } from './turned-clock.ts';

const reasonOf = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('something with a time limit', () => {
  it('is aborted when time is up', async () => {
    const clock = new TurnedClock();
    const failure = failureOf(within(100, clock, new AbortController().signal, reasonOf));
    await clock.advance(100);
    expect(await failure)
      .to.be.instanceOf(TimeUp)
      .with.property('message', 'it took longer than 100 ms');
  });

  it('is aborted when whoever asked gives up, before or meanwhile', async () => {
    const clock = new TurnedClock();
    const abort = new AbortController();
    const meanwhile = failureOf(within(100, clock, abort.signal, reasonOf));
    abort.abort(new Error('no more'));
    expect(await meanwhile).to.have.property('message', 'no more');
    const before = failureOf(within(100, clock, abort.signal, reasonOf));
    expect(await before).to.have.property('message', 'no more');
    expect(clock.pending).to.equal(0);
  });

  it('leaves no timer behind', async () => {
    const clock = new TurnedClock();
    expect(await within(100, clock, new AbortController().signal, async () => 7)).to.equal(7);
    expect(clock.pending).to.equal(0);
  });
});

describe('something that cannot be stopped', () => {
  it('is left alone when its signal aborts', async () => {
    const abort = new AbortController();
    const failure = failureOf(unlessAborted(new Promise(() => undefined), abort.signal));
    abort.abort(new Error('enough'));
    expect(await failure).to.have.property('message', 'enough');
    expect(await failureOf(unlessAborted(new Promise(() => undefined), abort.signal))).to.have.property(
      'message',
      'enough',
    );
  });

  it('answers as it does otherwise', async () => {
    const { signal } = new AbortController();
    expect(await unlessAborted(Promise.resolve(3), signal)).to.equal(3);
    expect(await failureOf(unlessAborted(Promise.reject(new Error('own')), signal))).to.have.property('message', 'own');
  });
});
