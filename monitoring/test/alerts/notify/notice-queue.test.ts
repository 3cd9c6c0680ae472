import { expect } from 'chai';
import { NoticeQueue, type NoticeQueueOptions } from '../../../src/alerts/notify/notice-queue.ts';
import { BEGAN, itsEnd, noticeOf, someNotice } from './some-notice.ts';

const queueOf = (options: Partial<NoticeQueueOptions> = {}) =>
  new NoticeQueue({ most: 1_000, mostTogether: 50, groupOf: () => '', ...options });

/** Everything that waits, in the order it would be delivered in. */
const drain = (queue: NoticeQueue): string[][] => {
  const all: string[][] = [];
  while (queue.size > 0) {
    const taken = queue.take();
    all.push(taken.map(({ kind, notice }) => (kind === 'notice' ? `${notice.rule_name} ${notice.status}` : kind)));
    queue.remove(taken);
  }
  return all;
};
const repeated = (value = 20) => someNotice({ status: 'repeated', value });

describe('what waits for a channel', () => {
  it('goes together, but no alert twice in one delivery', () => {
    const queue = queueOf();
    for (const notice of [someNotice(), itsEnd(), noticeOf('other')]) queue.add('notice', notice, 0);
    expect(drain(queue)).to.deep.equal([
      ['high_error_rate triggered', 'other triggered'],
      ['high_error_rate resolved'],
    ]);
  });

  it('goes together only within a group, and no more than a channel takes', () => {
    const queue = queueOf({ mostTogether: 2, groupOf: ({ severity }) => severity });
    for (const name of ['a', 'b', 'c']) queue.add('notice', noticeOf(name), 0);
    queue.add('notice', noticeOf('d', { severity: 'critical' }), 0);
    expect(drain(queue)).to.deep.equal([['a triggered', 'b triggered'], ['c triggered'], ['d triggered']]);
  });

  it('keeps the order of an alert even where its group changes', () => {
    const queue = queueOf({ groupOf: ({ value }) => String(value) });
    queue.add('notice', noticeOf('first', { value: 3 }), 0);
    queue.add('notice', someNotice({ value: 12 }), 0);
    queue.add('notice', itsEnd({ value: 3 }), 0);
    expect(drain(queue)).to.deep.equal([
      ['first triggered'],
      ['high_error_rate triggered'],
      ['high_error_rate resolved'],
    ]);
  });

  it('is told with the newest numbers, as what the oldest was', () => {
    const queue = queueOf();
    expect(queue.add('notice', someNotice(), 0)).to.deep.equal({ merged: 0, dropped: 0 });
    expect(queue.add('notice', repeated(31), 0)).to.deep.equal({ merged: 1, dropped: 0 });
    const [entry] = queue.take();
    expect(entry?.notice).to.include({ status: 'triggered', value: 31, startsAt: BEGAN });
  });

  it('is one alert that lasted, where it ended and began again meanwhile', () => {
    const queue = queueOf();
    queue.add('notice', someNotice(), 0);
    queue.add('notice', itsEnd(), 0);
    const again = someNotice({ startsAt: BEGAN + 60_000, timestamp: BEGAN + 61_000, value: 40 });
    expect(queue.add('notice', again, 0)).to.deep.equal({ merged: 2, dropped: 0 });
    const [entry] = queue.take();
    expect(entry?.notice).to.include({ status: 'triggered', value: 40, startsAt: BEGAN, timestamp: BEGAN + 61_000 });
    expect(queue.size).to.equal(1);
  });

  it('is one end, where it ended, began and ended again', () => {
    const queue = queueOf();
    for (const notice of [itsEnd(), someNotice(), itsEnd({ value: 1 })]) queue.add('notice', notice, 0);
    expect(queue.take().map(({ notice }) => [notice.status, notice.value])).to.deep.equal([['resolved', 1]]);
  });

  it('leaves reminders out that the end follows', () => {
    const queue = queueOf();
    queue.add('notice', repeated(), 0);
    expect(queue.add('notice', itsEnd(), 0)).to.deep.equal({ merged: 1, dropped: 0 });
    expect(drain(queue)).to.deep.equal([['high_error_rate resolved']]);
  });

  it('leaves what is being delivered as it is', () => {
    const queue = queueOf();
    queue.add('notice', someNotice(), 0);
    const [inFlight] = queue.take();
    queue.add('notice', repeated(99), 0);
    queue.add('notice', itsEnd(), 0);
    expect(inFlight?.notice.value).to.equal(12);
    queue.putBack(inFlight === undefined ? [] : [inFlight]);
    expect(drain(queue)).to.deep.equal([['high_error_rate triggered'], ['high_error_rate resolved']]);
  });

  it('merges what came back after a failure with what came meanwhile', () => {
    const queue = queueOf();
    queue.add('notice', someNotice(), 0);
    const taken = queue.take();
    queue.add('notice', repeated(31), 0);
    queue.putBack(taken);
    expect(queue.add('notice', itsEnd(), 0)).to.deep.equal({ merged: 1, dropped: 0 });
    expect(taken[0]?.notice).to.include({ status: 'triggered', value: 31 });
    expect(drain(queue)).to.deep.equal([['high_error_rate triggered'], ['high_error_rate resolved']]);
  });

  it('tells of an acknowledgement once, after the alert and never after its end', () => {
    const queue = queueOf();
    queue.add('notice', someNotice(), 0);
    expect(queue.add('acknowledgement', someNotice(), 0).merged).to.equal(0);
    expect(queue.add('acknowledgement', someNotice(), 0).merged).to.equal(1);
    expect(drain(queue)).to.deep.equal([['high_error_rate triggered'], ['acknowledgement']]);

    queue.add('acknowledgement', someNotice(), 0);
    queue.add('notice', itsEnd(), 0);
    expect(queue.add('acknowledgement', someNotice(), 0).merged).to.equal(1);
    expect(drain(queue)).to.deep.equal([['high_error_rate resolved']]);
  });

  it('gives up the oldest when there is no more room, reminders before anything else', () => {
    const queue = queueOf({ most: 2 });
    queue.add('notice', noticeOf('a'), 0);
    queue.add('notice', noticeOf('b', { status: 'repeated' }), 0);
    expect(queue.add('notice', noticeOf('c'), 0)).to.deep.equal({ merged: 0, dropped: 1 });
    expect(queue.add('notice', noticeOf('d'), 0)).to.deep.equal({ merged: 0, dropped: 1 });
    expect(drain(queue)).to.deep.equal([['c triggered', 'd triggered']]);
  });

  it('does not count what is being delivered as waiting', () => {
    const queue = queueOf({ most: 1 });
    queue.add('notice', noticeOf('a'), 0);
    const taken = queue.take();
    expect(queue.add('notice', noticeOf('b'), 7).dropped).to.equal(0);
    expect(queue.since).to.equal(7);
    queue.putBack(taken);
    expect(queue.clear()).to.equal(2);
    expect(queue.size).to.equal(0);
  });
});
