import { expect } from 'chai';
import { readStoredGuard } from '../../src/guard/stored.ts';
import { guarded } from './guarded.ts';

const WHOLE = { id: 'w0', epoch: 3, state: 'open', failuresInRow: 5, restMs: 700, ejections: 2 };

describe('A stored pool', () => {
  it('is plain data that comes back as it was, half-open ones waiting for a new trial', () => {
    const before = guarded(8);
    for (const id of ['w0', 'w1', 'w2']) before.trip(id);
    before.clock.advance(10_000);
    before.guard('w0').started();
    before.calls('w1', 'ok');
    before.calls('w2', 'hard');
    before.calls('w3', 'hard', 3);
    before.clock.advance(5_000);
    const stored: unknown[] = JSON.parse(JSON.stringify(before.pool.store()));

    const after = guarded(0);
    after.pool.restore(stored, 1_000);
    after.clock.advance(0);
    const states = after.pool
      .list()
      .map(({ id, state, standing, failuresInRow, triedAgainInMs, ejections, ramp }) =>
        [id, state, standing, failuresInRow, triedAgainInMs, ejections, ramp.toFixed(2)].join(' '),
      );
    expect(states.slice(0, 5)).to.deep.equal([
      'w0 half-open trial 5  1 1.00',
      'w1 closed in 0  1 0.64',
      'w2 open out 6 14000 2 1.00',
      'w3 closed in 3  0 1.00',
      'w4 closed in 0  0 1.00',
    ]);
  });

  it('needs no appointment for those that are closed', () => {
    const before = guarded(8);
    const after = guarded(0);
    after.pool.restore(before.pool.store(), 0);
    expect([after.pool.size, after.clock.pending]).to.deep.equal([8, 0]);
  });

  it('forgets old ejections when the time in between was healthy for long enough', () => {
    const before = guarded();
    before.trip('w0');
    before.clock.advance(10_000);
    before.calls('w0', 'ok');
    before.clock.advance(30_000);
    const after = guarded(0);
    after.pool.restore(before.pool.store(), 29_999);
    expect(after.guard('w0').report().ejections).to.equal(1);
    after.clock.advance(1);
    expect(after.guard('w0').report().ejections).to.equal(0);
  });

  it('does not touch a worker that is already guarded in the same or a higher epoch', () => {
    const { pool, guard } = guarded(4);
    pool.restore([{ ...WHOLE, epoch: 1 }], 0);
    expect(guard('w0').state).to.equal('closed');
    pool.restore([WHOLE], 0);
    expect([guard('w0').state, guard('w0').epoch]).to.deep.equal(['open', 3]);
  });

  it('puts no more than half out again: the rest stays in, at the edge', () => {
    const { pool, guard, calls } = guarded(0);
    pool.restore([WHOLE, { ...WHOLE, id: 'w1' }, { ...WHOLE, id: 'w2' }], 0);
    expect(pool.list().map(({ state }) => state)).to.deep.equal(['open', 'closed', 'closed']);
    pool.remove('w0');
    pool.add('w3', 1);
    calls('w1', 'hard');
    expect(guard('w1').state).to.equal('open');
  });

  it('is refused whole when one record is broken, naming the field', () => {
    const { pool } = guarded(0);
    expect(() => pool.restore([WHOLE, { ...WHOLE, id: 'w1', restMs: null }], 0)).to.throw(
      TypeError,
      'Cannot restore a guard: restMs is null, not a number that is not negative',
    );
    expect(pool.size).to.equal(0);
  });
});

describe('A stored guard', () => {
  const broken: [string, unknown][] = [
    ['it', 'open'],
    ['it', null],
    ['id', { ...WHOLE, id: '' }],
    ['epoch', { ...WHOLE, epoch: -1 }],
    ['state', { ...WHOLE, state: 'ajar' }],
    ['failuresInRow', { ...WHOLE, failuresInRow: '5' }],
    ['restMs', { ...WHOLE, restMs: Number.POSITIVE_INFINITY }],
    ['ejections', { ...WHOLE, ejections: undefined }],
    ['healthyMs', { ...WHOLE, healthyMs: 'long' }],
  ];
  for (const [field, value] of broken)
    it(`is refused for its ${field}: ${JSON.stringify(value)}`, () => {
      expect(() => readStoredGuard(value)).to.throw(TypeError, `Cannot restore a guard: ${field} is `);
    });

  it('is taken without what it does not need', () => {
    expect(readStoredGuard({ ...WHOLE, colour: 'red' })).to.deep.equal(WHOLE);
  });
});
