import type { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { FakeClock } from '../../../server/test/fake-clock.ts';
import { Bulkhead } from '../../src/guard/bulkhead.ts';
import type { Slots } from '../../src/guard/slots.ts';
import type { Wish } from '../../src/guard/waiting-line.ts';

describe('The bulkhead', () => {
  let clock: FakeClock;
  let bulkhead: Bulkhead;
  /** What was heard, in order: "a on w0" or "a OVERLOADED". */
  let heard: string[];
  let errors: CallError[];

  beforeEach(() => {
    clock = new FakeClock();
    bulkhead = new Bulkhead({ clock });
    heard = [];
    errors = [];
  });

  function wait(name: string, tool = 'draw', wish: Partial<Wish> = {}): () => void {
    return bulkhead.wait(tool, {
      deadlineMs: 60_000,
      admit: (slots) => heard.push(`${name} on ${slots.id}`),
      refuse: (error) => {
        heard.push(`${name} ${error.errorName}`);
        errors.push(error);
      },
      ...wish,
    });
  }

  /** A worker with all its slots taken. */
  function full(id: string, limit: number, tools = ['draw']): Slots {
    const slots = bulkhead.join(id, limit, tools);
    while (slots.take());
    return slots;
  }

  it('lends a worker no more slots than it has, for all its tools together', () => {
    const slots = bulkhead.join('w0', 2, ['draw', 'sing']);
    expect([slots.take(), slots.take(), slots.take()]).to.deep.equal([true, true, false]);
    slots.release();
    expect(slots.take()).to.equal(true);
    expect([slots.inUse, slots.limit]).to.deep.equal([2, 2]);
  });

  it('hands a free slot to whoever has waited longest, whichever tool of the worker it was for', () => {
    const slots = full('w0', 1, ['draw', 'sing']);
    wait('a', 'sing');
    wait('b', 'draw');
    wait('c', 'sing');
    for (let call = 0; call < 3; call++) slots.release();
    expect(heard).to.deep.equal(['a on w0', 'b on w0', 'c on w0']);
    expect(slots.inUse).to.equal(1);
  });

  it('lets owners take turns, so nobody waits behind all calls of another', () => {
    const slots = full('w0', 1);
    for (const owner of ['m', 'n']) for (let call = 0; call < 3; call++) wait(`${owner}${call}`, 'draw', { owner });
    wait('b0', 'draw', { owner: 'b' });
    for (let call = 0; call < 2; call++) slots.release();
    wait('b1', 'draw', { owner: 'b' });
    for (let call = 0; call < 6; call++) slots.release();
    const order = ['m0', 'n0', 'b0', 'm1', 'n1', 'b1', 'm2', 'n2'];
    expect(heard).to.deep.equal(order.map((name) => `${name} on w0`));
    expect(bulkhead.waiting('draw')).to.equal(0);
  });

  it('has a place in a full line for who has few, at the cost of who has most', () => {
    bulkhead = new Bulkhead({ clock, lineLimit: 4 });
    const slots = full('w0', 1);
    for (let call = 0; call < 4; call++) wait(`m${call}`, 'draw', { owner: 'm' });
    wait('m4', 'draw', { owner: 'm' });
    expect(heard).to.deep.equal(['m4 OVERLOADED']);
    for (const name of ['b0', 'b1', 'b2']) wait(name, 'draw', { owner: 'b' });
    expect(heard.slice(1)).to.deep.equal(['m3 OVERLOADED', 'm2 OVERLOADED', 'b2 OVERLOADED']);
    expect(errors.map(({ facts }) => facts.maybeExecuted)).to.deep.equal([false, false, false, false]);
    wait('gone', 'draw', { owner: 'c', deadlineMs: 0 });
    expect(bulkhead.waiting('draw')).to.equal(4);
    for (let call = 0; call < 4; call++) slots.release();
    expect(heard.slice(5)).to.deep.equal(['m0 on w0', 'b0 on w0', 'm1 on w0', 'b1 on w0']);
    clock.advance(60_000);
    expect(heard).to.have.length(9);
  });

  it('gives a slot that is free at once, on any worker of the tool', () => {
    full('w0', 1);
    bulkhead.join('w1', 1, ['draw']);
    wait('a');
    wait('b');
    expect(heard).to.deep.equal(['a on w1']);
  });

  it('lets nobody overtake', () => {
    const slots = full('w0', 1);
    wait('a');
    slots.release();
    expect(slots.take()).to.equal(false);
    expect(heard).to.deep.equal(['a on w0']);
  });

  it('passes over whoever left the line', () => {
    const slots = full('w0', 1);
    const leave = wait('a');
    wait('b');
    leave();
    leave();
    expect(bulkhead.waiting('draw')).to.equal(1);
    slots.release();
    expect(heard).to.deep.equal(['b on w0']);
    expect(clock.pending).to.equal(0);
  });

  it('does not send a call back to the worker that has just failed it', () => {
    const failed = full('w0', 1);
    const other = full('w1', 1);
    wait('a', 'draw', { not: failed });
    failed.release();
    expect(heard).to.deep.equal([]);
    wait('b');
    expect(heard).to.deep.equal(['b on w0']);
    other.release();
    expect(heard).to.deep.equal(['b on w0', 'a on w1']);
  });

  it('lets 100 wait for a tool and answers the next one: busy, retry later', () => {
    full('w0', 1);
    for (let call = 0; call < 100; call++) wait(`a${call}`);
    expect(heard).to.deep.equal([]);
    wait('late');
    expect(heard).to.deep.equal(['late OVERLOADED']);
    expect(errors[0]?.message).to.equal('The tool "draw" is busy: 100 calls already wait for it; retry after 1000 ms');
    expect(errors[0]?.facts).to.deep.equal({ retryAfterMs: 1_000, maybeExecuted: false });
    expect(errors[0]?.retryable).to.equal(true);
    wait('other', 'sing');
    expect(heard).to.have.length(1);
  });

  it('says when to retry by the pace of the line', () => {
    const slots = full('w0', 1);
    for (let call = 0; call < 8; call++) wait(`a${call}`);
    for (let call = 0; call < 6; call++) {
      slots.release();
      clock.advance(200);
    }
    clock.advance(5_000);
    expect(errors.map(({ facts }) => facts.retryAfterMs)).to.deep.equal([400, 200]);
  });

  it('does not take an hour in which nobody waited for a slow line', () => {
    const slots = full('w0', 1);
    const takeOne = (): void => {
      wait('a');
      wait('b');
      slots.release();
      clock.advance(100);
      slots.release();
    };
    takeOne();
    clock.advance(3_600_000);
    takeOne();
    wait('c');
    clock.advance(5_000);
    expect(errors.map(({ facts }) => facts.retryAfterMs)).to.deep.equal([100]);
  });

  it('lets nobody wait longer than 5 s', () => {
    full('w0', 1);
    wait('a');
    clock.advance(4_999);
    expect(heard).to.deep.equal([]);
    clock.advance(1);
    expect(heard).to.deep.equal(['a OVERLOADED']);
    expect(errors[0]?.message).to.contain('no worker had a free slot for 5000 ms; retry after');
  });

  it("lets nobody wait longer than the caller's patience, and says that nothing has run", () => {
    full('w0', 1);
    wait('a', 'draw', { deadlineMs: 300 });
    wait('b', 'draw', { deadlineMs: 0 });
    expect(heard).to.deep.equal(['b DEADLINE_EXCEEDED']);
    clock.advance(300);
    expect(heard).to.deep.equal(['b DEADLINE_EXCEEDED', 'a DEADLINE_EXCEEDED']);
    expect(errors[1]?.facts.maybeExecuted).to.equal(false);
    expect(errors[1]?.retryable).to.equal(true);
    expect(errors[1]?.message).to.contain('within the 300 ms that were left');
  });

  it('serves those who wait as soon as a worker comes, grows, or is back', () => {
    wait('a');
    wait('b');
    wait('c');
    wait('d');
    const slots = bulkhead.join('w0', 1, ['draw']);
    expect(heard).to.deep.equal(['a on w0']);
    slots.resize(2);
    slots.offer(false);
    slots.release();
    expect(heard).to.deep.equal(['a on w0', 'b on w0']);
    slots.offer(true);
    expect(heard).to.deep.equal(['a on w0', 'b on w0', 'c on w0']);
    slots.resize(1);
    slots.release();
    expect(heard).to.have.length(3);
    slots.release();
    expect(heard).to.have.length(4);
  });

  it('gives nobody to a worker that has left, though its calls still end', () => {
    const slots = full('w0', 2);
    wait('a');
    bulkhead.leave(slots);
    bulkhead.leave(slots);
    slots.release();
    slots.release();
    expect(heard).to.deep.equal([]);
  });

  it('forgets tools nobody serves and nobody waits for', () => {
    const slots = bulkhead.join('w0', 1, ['draw', 'sing', 'sing']);
    const leave = wait('a', 'dance');
    expect(bulkhead.size).to.equal(3);
    bulkhead.leave(slots);
    expect(bulkhead.size).to.equal(1);
    leave();
    wait('b', 'dance', { deadlineMs: 0 });
    expect(bulkhead.size).to.equal(0);
  });

  it('says so when a slot is released twice', () => {
    const slots = bulkhead.join('w0', 1, ['draw']);
    expect(() => slots.release()).to.throw(RangeError, 'Cannot release a slot of the worker "w0": none is taken');
  });

  it('is refused with options that make no sense', () => {
    expect(() => new Bulkhead({ clock, lineLimit: -1 })).to.throw(RangeError, 'lineLimit');
    expect(() => new Bulkhead({ clock, longestWaitMs: Number.NaN })).to.throw(RangeError, 'longestWaitMs');
    expect(() => bulkhead.join('w0', -1, [])).to.throw(RangeError, 'slots');
  });

  it('keeps every bound and answers everybody exactly once, whatever happens', () => {
    const step = fc.record({
      act: fc.constantFrom('wait', 'wait', 'wait', 'release', 'release', 'leave', 'time', 'offer', 'resize'),
      pick: fc.nat(1_000),
      tool: fc.constantFrom('draw', 'sing'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const hands = new FakeClock();
        const small = new Bulkhead({ clock: hands, lineLimit: 3 });
        const workers = [small.join('w0', 1, ['draw']), small.join('w1', 2, ['draw', 'sing'])];
        const answers: number[] = [];
        const leaves: (() => void)[] = [];
        const held: Slots[] = [];
        const order = new Map<string, number[]>([
          ['draw', []],
          ['sing', []],
        ]);
        for (const { act, pick, tool } of steps) {
          const worker = workers[pick % workers.length];
          if (act === 'wait') {
            const number = answers.push(0) - 1;
            const answered = (): void => {
              answers[number] = (answers[number] ?? 0) + 1;
            };
            const admit = (slots: Slots): void => {
              answered();
              held.push(slots);
              order.get(tool)?.push(number);
            };
            leaves.push(small.wait(tool, { deadlineMs: 1 + pick * 10, admit, refuse: answered }));
          } else if (act === 'release') held.splice(pick % Math.max(1, held.length), 1)[0]?.release();
          else if (act === 'leave') leaves[pick % Math.max(1, leaves.length)]?.();
          else if (act === 'time') hands.advance(pick);
          else if (act === 'offer') worker?.offer(pick % 3 > 0);
          else worker?.resize(pick % 4);
          expect(small.waiting('draw')).to.be.at.most(3);
          expect(hands.pending).to.equal(small.waiting('draw') + small.waiting('sing'));
          expect(workers.reduce((sum, { inUse }) => sum + inUse, 0)).to.equal(held.length);
          // Nobody waits while a slot he may have is free.
          if (small.waiting('draw') > 0) expect(workers.some(({ canOffer }) => canOffer)).to.equal(false);
          if (small.waiting('sing') > 0) expect(workers[1]?.canOffer).to.equal(false);
        }
        for (const numbers of order.values()) expect(numbers).to.deep.equal([...numbers].sort((a, b) => a - b));
        hands.advance(10_000);
        expect(Math.max(0, ...answers)).to.be.at.most(1);
        expect(hands.pending).to.equal(0);
      }),
    );
  });
});
