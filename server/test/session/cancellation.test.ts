import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { Cancellation } from '../../src/session/cancellation.ts';

describe('a cancellation', () => {
  it('keeps its first reason and tells it to the call and to the signal', () => {
    const cancellation = new Cancellation();
    const told: string[] = [];
    cancellation.settleWith((reason) => told.push(reason.message));
    const { signal } = cancellation;
    cancellation.cancel(new CallError('CANCELLED', 'first'));
    cancellation.cancel(new CallError('CANCELLED', 'second'));
    expect(told).to.deep.equal(['first']);
    expect(signal.reason).to.equal(cancellation.reason);
  });

  it('tells a caller who is gone from one who has changed their mind, by what came first', () => {
    const [gone, changed] = [new Cancellation(), new Cancellation()];
    gone.leave(new CallError('CANCELLED', 'the connection closed'));
    changed.cancel(new CallError('CANCELLED', 'enough'));
    changed.leave(new CallError('CANCELLED', 'the connection closed'));
    expect([gone, changed].map(({ isLeft, reason }) => [isLeft, reason?.message])).to.deep.equal([
      [true, 'the connection closed'],
      [false, 'enough'],
    ]);
  });

  it('gives a signal that is already aborted to one who asks late', () => {
    const cancellation = new Cancellation();
    cancellation.cancel(new CallError('CANCELLED'));
    expect(cancellation.signal.aborted).to.equal(true);
  });
});
