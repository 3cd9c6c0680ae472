import { expect } from 'chai';
import { guarded } from './guarded.ts';

describe('A closed guard', () => {
  it('forgets failures at the first success', () => {
    const { guard, calls } = guarded();
    calls('w0', 'hard', 4);
    calls('w0', 'ok');
    calls('w0', 'hard', 4);
    expect(guard('w0').state).to.equal('closed');
    expect(guard('w0').report().failuresInRow).to.equal(4);
  });

  it('is moved neither by a busy worker nor by the fault of a caller', () => {
    const { guard, calls } = guarded();
    calls('w0', 'hard', 4);
    calls('w0', 'soft', 50);
    calls('w0', 'neutral', 50);
    expect(guard('w0').report().failuresInRow).to.equal(4);
    calls('w0', 'hard');
    expect(guard('w0').state).to.equal('open');
  });

  it('keeps the last five failures by name, never by words', () => {
    const { clock, guard } = guarded();
    const names = ['INTERNAL', 'TOOL_FAILED', 'OVERLOADED', 'UPSTREAM_ERROR', 'UNAVAILABLE', 'INTERNAL'] as const;
    for (const name of names) {
      guard('w0').ended(guard('w0').started(), name === 'OVERLOADED' ? 'soft' : 'hard', name);
      guard('w0').ended(guard('w0').started(), 'ok');
      clock.advance(1_000);
    }
    expect(guard('w0').report().lastFailures).to.deep.equal([
      { agoMs: 5_000, outcome: 'hard', error: 'TOOL_FAILED' },
      { agoMs: 4_000, outcome: 'soft', error: 'OVERLOADED' },
      { agoMs: 3_000, outcome: 'hard', error: 'UPSTREAM_ERROR' },
      { agoMs: 2_000, outcome: 'hard', error: 'UNAVAILABLE' },
      { agoMs: 1_000, outcome: 'hard', error: 'INTERNAL' },
    ]);
  });
});

describe('An open guard', () => {
  it('says when the worker is tried again, and why it is out', () => {
    const { clock, guard, trip } = guarded();
    trip('w0');
    clock.advance(3_000);
    const { lastFailures, ...report } = guard('w0').report();
    expect(report).to.deep.equal({
      id: 'w0',
      epoch: 1,
      state: 'open',
      standing: 'out',
      failuresInRow: 5,
      triedAgainInMs: 7_000,
      ejections: 1,
      ramp: 1,
    });
    expect(lastFailures).to.have.length(5);
  });

  it('learns nothing from calls a panic sends to it', () => {
    const { clock, guard, trip, calls } = guarded(2);
    trip('w0');
    calls('w0', 'ok', 20);
    expect(guard('w0').state).to.equal('open');
    calls('w0', 'hard', 20);
    clock.advance(10_000);
    expect(guard('w0').state).to.equal('half-open');
  });
});

describe('A trial', () => {
  it('that succeeds brings the worker back, with a tenth of its share at first', () => {
    const { clock, guard, trip, calls } = guarded();
    trip('w0');
    clock.advance(10_000);
    calls('w0', 'ok');
    expect(guard('w0').state).to.equal('closed');
    expect(guard('w0').report().failuresInRow).to.equal(0);
    expect(guard('w0').ramp).to.equal(0.1);
    clock.advance(10_000);
    expect(guard('w0').ramp).to.equal(1);
    expect(clock.pending).to.equal(0);
  });

  it('that fails doubles the stay; so does a worker that is still busy', () => {
    const { clock, guard, trip, calls } = guarded();
    trip('w0');
    clock.advance(10_000);
    calls('w0', 'hard');
    clock.advance(19_999);
    expect(guard('w0').state).to.equal('open');
    clock.advance(1);
    calls('w0', 'soft');
    clock.advance(39_999);
    expect(guard('w0').state).to.equal('open');
    clock.advance(1);
    expect(guard('w0').state).to.equal('half-open');
  });

  it('has the deadline of its call, even a long one', () => {
    const { clock, guard, trip } = guarded();
    trip('w0');
    clock.advance(10_000);
    const trial = guard('w0').started(600_000);
    clock.advance(599_999);
    expect(guard('w0').state).to.equal('half-open');
    guard('w0').ended(trial, 'ok');
    expect(guard('w0').state).to.equal('closed');
  });

  it('with no deadline but for ever is given the longest a timer can take', () => {
    const armed: number[] = [];
    const { clock, guard, trip } = guarded();
    trip('w0');
    clock.advance(10_000);
    const after = clock.after.bind(clock);
    clock.after = (ms, callback) => {
      armed.push(ms);
      return after(ms, callback);
    };
    guard('w0').started(Number.POSITIVE_INFINITY);
    expect(armed).to.deep.equal([2_147_483_647]);
  });

  it("that ended by the caller's fault leaves its deadline behind", () => {
    const { clock, guard, trip, calls } = guarded();
    trip('w0');
    clock.advance(10_000);
    calls('w0', 'neutral');
    expect(clock.pending).to.equal(0);
    clock.advance(60_000);
    expect(guard('w0').standing).to.equal('trial');
  });

  it('is not decided by a call that reports a second time', () => {
    const { clock, guard, trip } = guarded();
    trip('w0');
    clock.advance(10_000);
    const first = guard('w0').started();
    guard('w0').ended(first, 'neutral');
    const second = guard('w0').started();
    guard('w0').ended(first, 'ok');
    expect(guard('w0').state).to.equal('half-open');
    guard('w0').ended(second, 'ok');
    expect(guard('w0').state).to.equal('closed');
  });
});
