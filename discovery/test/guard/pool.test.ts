import { EventEmitter } from 'node:events';
import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { guarded } from './guarded.ts';

describe('A pool of guards', () => {
  it('tells where a worker stands through its whole absence', () => {
    const told: unknown[] = [];
    const { clock, trip, calls } = guarded(4, {
      onAvailability: (id, available, standing) => told.push([id, available, standing]),
    });
    told.length = 0;
    trip('w2');
    clock.advance(10_000);
    calls('w2', 'ok');
    expect(told).to.deep.equal([
      ['w2', false, 'out'],
      ['w2', true, 'trial'],
      ['w2', false, 'out'],
      ['w2', true, 'in'],
    ]);
  });

  it('tells the states with a report, for events and metrics', () => {
    const told: string[] = [];
    const { clock, trip, calls } = guarded(4, {
      onState: (id, state, { failuresInRow, triedAgainInMs }) =>
        told.push([id, state, failuresInRow, triedAgainInMs].join(' ')),
    });
    trip('w2');
    clock.advance(10_000);
    calls('w2', 'hard');
    clock.advance(20_000);
    calls('w2', 'ok');
    expect(told).to.deep.equal([
      'w2 open 5 10000',
      'w2 half-open 5 ',
      'w2 open 6 20000',
      'w2 half-open 6 ',
      'w2 closed 0 ',
    ]);
  });

  it('takes a worker out of the list, and puts it back for one trial', () => {
    const { clock, pool, trip, guard } = guarded(4);
    trip('w1');
    expect([...pool.available()].sort()).to.deep.equal(['w0', 'w2', 'w3']);
    expect(pool.awaitingTrial()).to.equal(undefined);
    clock.advance(10_000);
    expect(pool.available()).to.include('w1');
    expect(pool.awaitingTrial()).to.equal('w1');
    guard('w1').started();
    expect(pool.available()).not.to.include('w1');
    expect(pool.awaitingTrial()).to.equal(undefined);
  });

  it('never puts out more than half, and the next as soon as there is room', () => {
    const { clock, pool, trip, guard, calls } = guarded(4);
    trip('w0');
    trip('w1');
    trip('w2');
    expect(guard('w2').state).to.equal('closed');
    expect(guard('w2').report().failuresInRow).to.equal(5);
    expect(pool.out).to.equal(2);
    clock.advance(10_000);
    calls('w0', 'ok');
    expect(guard('w2').state).to.equal('closed');
    calls('w2', 'hard');
    expect(guard('w2').state).to.equal('open');
  });

  it('uses everybody at the full share from exactly half out on', () => {
    const { clock, pool, trip, calls, guard } = guarded(4);
    trip('w0');
    clock.advance(10_000);
    calls('w0', 'ok');
    expect(guard('w0').ramp).to.equal(0.1);
    trip('w1');
    expect([pool.panic, pool.available().length]).to.deep.equal([false, 3]);
    trip('w2');
    expect([pool.panic, pool.available().length]).to.deep.equal([true, 4]);
    expect(guard('w0').ramp).to.equal(1);
  });

  it('is in a panic when healthy workers leave until half of the rest is out', () => {
    const { pool, trip } = guarded(5);
    trip('w0');
    trip('w1');
    expect(pool.panic).to.equal(false);
    pool.remove('w4');
    expect(pool.panic).to.equal(true);
    expect([...pool.available()].sort()).to.deep.equal(['w0', 'w1', 'w2', 'w3']);
  });

  it('does not put out the only worker there is', () => {
    const { guard, calls } = guarded(1);
    calls('w0', 'hard', 1_000);
    expect(guard('w0').state).to.equal('closed');
  });
});

describe('A worker that comes again with a higher epoch', () => {
  it('has a new guard, which calls of the old epoch cannot move', () => {
    const { pool, guard, trip, calls } = guarded();
    const old = Array.from({ length: 9 }, () => guard('w0').started());
    const former = guard('w0');
    expect(pool.add('w0', 2)).not.to.equal(former);
    calls('w0', 'hard', 4);
    for (const ticket of old) {
      former.ended(ticket, 'hard');
      guard('w0').ended(ticket, 'hard');
    }
    expect(guard('w0').state).to.equal('closed');
    expect([pool.size, pool.generation('w0')]).to.deep.equal([4, 2]);
    trip('w0');
    for (const ticket of old) guard('w0').ended(ticket, 'ok');
    expect(guard('w0').state).to.equal('open');
  });

  it('is in at once, on the ramp, and stays out longer if it fails again: to connect anew is no cure', () => {
    const { clock, pool, guard, trip } = guarded();
    trip('w0');
    pool.add('w0', 2);
    expect(guard('w0').state).to.equal('closed');
    expect(pool.available()).to.include('w0');
    expect(clock.pending).to.equal(0);
    expect(guard('w0').ramp).to.equal(0.1);
    trip('w0');
    expect(guard('w0').report().triedAgainInMs).to.equal(20_000);
  });

  it('keeps its guard when the epoch is the same, and is refused when it is older', () => {
    const { pool, guard } = guarded();
    const former = guard('w0');
    expect(pool.add('w0', 1)).to.equal(former);
    pool.add('w0', 7);
    expect(() => pool.add('w0', 6))
      .to.throw(CallError, 'Cannot guard epoch 6 of the worker "w0": epoch 7 is already here')
      .with.property('errorName', 'CONFLICT');
  });
});

describe('When a pool is shut down', () => {
  it('no appointment and nobody is left', () => {
    const { clock, pool, trip, guard } = guarded(10);
    for (const id of ['w0', 'w1', 'w2']) trip(id);
    clock.advance(10_000);
    guard('w0').started();
    trip('w5');
    expect(clock.pending).to.equal(2);
    pool.shutdown();
    expect([clock.pending, pool.size, pool.out, pool.available().length]).to.deep.equal([0, 0, 0, 0]);
    expect(pool.awaitingTrial()).to.equal(undefined);
  });

  it('nothing is left of 10,000 guards that came, opened and went', () => {
    const { clock, pool, trip } = guarded(0);
    for (let n = 0; n < 10_000; n++) pool.add(`w${n}`, 1);
    for (let n = 0; n < 5_000; n++) trip(`w${n}`);
    expect([pool.out, clock.pending]).to.deep.equal([5_000, 5_000]);
    for (let n = 0; n < 10_000; n++) pool.remove(`w${n}`);
    expect([pool.size, pool.out, clock.pending]).to.deep.equal([0, 0, 0]);
    expect([pool.list(), pool.store(), [...pool.available()]]).to.deep.equal([[], [], []]);
  });

  it('no machine that was ever made still hangs on the shared rotation', () => {
    const { on, removeListener } = EventEmitter.prototype;
    let hanging = 0;
    EventEmitter.prototype.on = function (event, listener) {
      if (event === 'rotate') hanging++;
      return on.call(this, event, listener);
    };
    EventEmitter.prototype.removeListener = function (event, listener) {
      if (event === 'rotate' && this.listeners(event).includes(listener)) hanging--;
      return removeListener.call(this, event, listener);
    };
    try {
      const { clock, pool, trip, calls } = guarded(6);
      for (const id of ['w0', 'w1', 'w2']) trip(id);
      expect(hanging).to.equal(3);
      clock.advance(10_000);
      calls('w0', 'ok');
      expect(hanging).to.equal(2);
      calls('w1', 'hard');
      pool.shutdown();
      expect(hanging).to.equal(0);
    } finally {
      Object.assign(EventEmitter.prototype, { on, removeListener });
    }
  });
});
