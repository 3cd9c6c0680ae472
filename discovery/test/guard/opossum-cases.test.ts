import { CallError, type Json } from '@callsheet/protocol';
import { expect } from 'chai';
import { FakeClock } from '../../../server/test/fake-clock.ts';
import { Bulkhead } from '../../src/guard/bulkhead.ts';
import type { Slots } from '../../src/guard/slots.ts';
import { type Outcome, outcomeOf } from '../../src/outcome.ts';
import { guarded } from './guarded.ts';

/** Thirteen ways in which opossum 9 surprises its users; our guard does none of them. The numbers are those of the list. */
describe('Where opossum fails, the guard', () => {
  it('1. counts calls that last longer than any window', () => {
    const { clock, guard } = guarded();
    const tickets = Array.from({ length: 5 }, () => guard('w0').started());
    clock.advance(20 * 60_000);
    for (const ticket of tickets.slice(0, 4)) guard('w0').ended(ticket, 'hard');
    expect(guard('w0').state).to.equal('closed');
    guard('w0').ended(tickets[4] ?? 0, 'hard');
    expect(guard('w0').state).to.equal('open');
  });

  it('2. does not count what was refused for want of a slot', () => {
    const { clock, guard } = guarded();
    const bulkhead = new Bulkhead({ clock, lineLimit: 0 });
    bulkhead.join('w0', 2, ['draw']);
    const outcomes: Outcome[] = [];
    for (let call = 0; call < 10; call++) {
      const ticket = guard('w0').started();
      let outcome: Outcome = 'ok';
      bulkhead.wait('draw', {
        deadlineMs: 1_000,
        admit: () => undefined,
        refuse: (error) => {
          outcome = outcomeOf(error);
        },
      });
      outcomes.push(outcome);
      guard('w0').ended(ticket, outcome);
    }
    expect(outcomes).to.deep.equal([...Array(2).fill('ok'), ...Array(8).fill('soft')]);
    expect(guard('w0').state).to.equal('closed');
    expect(guard('w0').report().failuresInRow).to.equal(0);
  });

  it('3. does not wait for ever for a trial that never ends', () => {
    const { clock, guard, trip } = guarded();
    trip('w0');
    clock.advance(10_000);
    guard('w0').started();
    clock.advance(29_999);
    expect(guard('w0').state).to.equal('half-open');
    clock.advance(1);
    expect(guard('w0').state).to.equal('open');
    clock.advance(20_000);
    expect(guard('w0').standing).to.equal('trial');
  });

  it('4. is not closed by a call that left before the opening and succeeds late', () => {
    const { clock, guard, trip } = guarded();
    const early = guard('w0').started();
    trip('w0');
    clock.advance(10_000);
    guard('w0').ended(early, 'ok');
    expect(guard('w0').state).to.equal('half-open');
    expect(guard('w0').standing).to.equal('trial');
  });

  it("5. is not closed by a trial that ended by the caller's fault; the next call is the trial", () => {
    const { clock, guard, trip, calls } = guarded();
    trip('w0');
    clock.advance(10_000);
    calls('w0', outcomeOf(new CallError('INVALID_PARAMS')) as 'neutral');
    expect(guard('w0').state).to.equal('half-open');
    calls('w0', 'ok');
    expect(guard('w0').state).to.equal('closed');
  });

  it('6. stays shut after its worker left, whatever time and late calls bring', () => {
    const told: string[] = [];
    const { clock, pool, guard, trip } = guarded(4, { onState: (id, state) => told.push(`${id} ${state}`) });
    const kept = guard('w0');
    const straggler = kept.started();
    trip('w0');
    pool.remove('w0');
    expect(clock.pending).to.equal(0);
    clock.advance(3_600_000);
    for (let call = 0; call < 10; call++) kept.ended(kept.started(), 'hard');
    kept.ended(straggler, 'hard');
    expect(kept.state).to.equal('closed');
    expect(told).to.deep.equal(['w0 open']);
    expect(clock.pending).to.equal(0);
  });

  it('7. is tried again after a restart when it would have been without, and not before', () => {
    const before = guarded();
    before.clock.advance(123_456);
    before.trip('w0');
    before.clock.advance(4_000);
    const stored: unknown = JSON.parse(JSON.stringify(before.pool.store()));

    const after = guarded(0);
    after.pool.restore(stored as Json[], 2_500);
    after.clock.advance(3_499);
    expect(after.guard('w0').state).to.equal('open');
    after.clock.advance(1);
    expect(after.guard('w0').state).to.equal('half-open');
  });

  it('8. ends one call when its time is over, and no other', () => {
    const { clock, guard, trip } = guarded();
    const others = [new AbortController(), new AbortController()];
    const slots = new Bulkhead({ clock }).join('w0', 3, ['draw']);
    for (const _ of [...others, 'the trial']) slots.take();
    trip('w0');
    clock.advance(10_000);
    guard('w0').started(1_000);
    clock.advance(1_000);
    expect(guard('w0').state).to.equal('open');
    expect(others.map(({ signal }) => signal.aborted)).to.deep.equal([false, false]);
    expect(slots.inUse).to.equal(3);
  });

  it('9. counts a trial that ran out of time once, when the call reports it too', () => {
    const { clock, guard, trip } = guarded();
    trip('w0');
    clock.advance(10_000);
    const trial = guard('w0').started(1_000);
    clock.advance(1_000);
    const once = guard('w0').report();
    guard('w0').ended(trial, 'hard', 'DEADLINE_EXCEEDED');
    expect(guard('w0').report()).to.deep.equal(once);
    expect(once.ejections).to.equal(2);
    expect(once.failuresInRow).to.equal(6);
  });

  it('10. keeps the slot of a call that ran out of time until the call has really ended', () => {
    const clock = new FakeClock();
    const slots: Slots = new Bulkhead({ clock }).join('w0', 1, ['draw']);
    let running = 0;
    for (let second = 0; second < 4; second++) {
      if (slots.take()) running++;
      clock.advance(60_000);
    }
    expect(running).to.equal(1);
    slots.release();
    expect(slots.take()).to.equal(true);
  });

  it('11. does not open at the first failure, nor the fourth', () => {
    const { guard, calls } = guarded();
    calls('w0', 'hard');
    expect(guard('w0').state).to.equal('closed');
    calls('w0', 'hard', 3);
    expect(guard('w0').state).to.equal('closed');
    calls('w0', 'hard');
    expect(guard('w0').state).to.equal('open');
  });

  it('12. lets exactly one of ten calls decide in half-open', () => {
    const { clock, pool, guard, trip } = guarded();
    trip('w0');
    clock.advance(10_000);
    expect(pool.available()).to.include('w0');
    const [trial, ...others] = Array.from({ length: 10 }, () => guard('w0').started());
    expect(pool.available()).not.to.include('w0');
    for (const ticket of others) guard('w0').ended(ticket, 'ok');
    expect(guard('w0').state).to.equal('half-open');
    guard('w0').ended(trial ?? 0, 'ok');
    expect(guard('w0').state).to.equal('closed');
  });

  it('13. takes an answer of undefined for the success it is', async () => {
    const { clock, guard, trip } = guarded();
    trip('w0');
    clock.advance(10_000);
    const ticket = guard('w0').started();
    const answer = await Promise.resolve(undefined).then(
      () => 'ok' as const,
      (error: unknown) => outcomeOf(error),
    );
    guard('w0').ended(ticket, answer);
    expect(guard('w0').state).to.equal('closed');
  });
});
