import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { ownedBuffers } from '../../src/threads/owned-buffers.ts';
import { ThreadPool, type ThreadPoolOptions } from '../../src/threads/thread-pool.ts';
import { ManualTimer } from './manual-timer.ts';
import type { OddJobs } from './odd-jobs.ts';

const entry = new URL('./odd-thread.ts', import.meta.url);

async function withPool(options: Partial<ThreadPoolOptions>, work: (pool: ThreadPool<OddJobs>) => Promise<void>) {
  const pool = new ThreadPool<OddJobs>({ entry, size: 1, ...options });
  try {
    await work(pool);
  } finally {
    await pool.close();
  }
}

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (value) => Promise.reject(new Error(`it should have failed, not answered ${String(value)}`)),
    (error: unknown) => error,
  );
}

/** Starts a task that ends only when it is made to, and settles when it has begun. */
async function begun(pool: ThreadPool<OddJobs>, name: 'listen' | 'deaf', signal?: AbortSignal) {
  let begin = () => {};
  const beginning = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const work = pool.run(name, null, { onReport: begin, ...(signal !== undefined && { signal }) });
  const failure = failureOf(work);
  await beginning;
  return { failure };
}

describe('a pool of threads', () => {
  it('runs tasks away from this thread and keeps the thread for the next one', () =>
    withPool({}, async (pool) => {
      const first = await pool.run('whoAmI', undefined as never);
      expect(first).to.be.greaterThan(0);
      expect(await pool.run('whoAmI', undefined as never)).to.equal(first);
      expect(pool.threads).to.equal(1);
    }));

  it('gives each caller its own answer, whatever the order, on as many threads as it may have', () =>
    withPool({ size: 2 }, async (pool) => {
      const inputs = Array.from({ length: 12 }, (_, index) => new Float32Array([index]));
      const outputs = await Promise.all(inputs.map((samples) => pool.run('double', { samples })));
      expect(outputs.map(({ samples }) => samples[0])).to.deep.equal(inputs.map((_, index) => index * 2));
      expect(pool.threads).to.equal(2);
    }));

  it('moves the memory it is told to instead of copying it', () =>
    withPool({}, async (pool) => {
      const input = { samples: new Float32Array([1, 2, 3]) };
      const copied = await pool.run('double', input);
      expect(input.samples).to.have.length(3);
      const moved = await pool.run('double', copied, { transfer: ownedBuffers(copied) });
      expect(copied.samples).to.have.length(0);
      expect([...moved.samples]).to.deep.equal([4, 8, 12]);
    }));

  it('passes reports on in order, before the answer', () =>
    withPool({}, async (pool) => {
      const seen: number[] = [];
      expect(await pool.run('count', 4, { onReport: (step) => seen.push(step) })).to.equal('counted');
      expect(seen).to.deep.equal([1, 2, 3, 4]);
    }));

  it('brings an error back with its row in the table, its cause and its stack', () =>
    withPool({}, async (pool) => {
      const error = await failureOf(pool.run('refuse', undefined as never));
      if (!CallError.is(error)) throw new Error('it lost its row');
      expect(error).to.include({ errorName: 'CONTENT_REFUSED', message: 'Cannot say that; say it differently' });
      expect(error.facts.details).to.deep.equal({ word: 'x' });
      expect(String(error.cause)).to.equal('RangeError: the deeper reason');
      expect(error.stack).to.include('odd-jobs');
      expect(String(await failureOf(pool.run('shout', undefined as never)))).to.equal('TypeError: shouted');
    }));

  it('says when an input or an output cannot be sent, and goes on', () =>
    withPool({}, async (pool) => {
      const sent = await failureOf(pool.run('double', { samples: (() => {}) as never }));
      expect(String(sent)).to.include('could not be cloned');
      const answered = await failureOf(pool.run('unsendable', undefined as never));
      expect(String(answered)).to.include('could not be cloned');
      expect(await pool.run('count', 1)).to.equal('counted');
    }));

  it('says which task it does not know', () =>
    withPool({}, async (pool) => {
      const strange = pool as unknown as ThreadPool<{ toString: () => string }>;
      expect(String(await failureOf(strange.run('toString', undefined as never)))).to.include('the task "toString"');
    }));

  it('loses only the task of a thread that crashes', () =>
    withPool({}, async (pool) => {
      const waiting = pool.run('crash', undefined as never);
      const after = pool.run('count', 1);
      expect(String(await failureOf(waiting))).to.equal('Error: fell over');
      expect(await after).to.equal('counted');
      expect(String(await failureOf(pool.run('leave', undefined as never)))).to.include('code "7"');
      expect(await pool.run('count', 1)).to.equal('counted');
    }));

  it('tells a running task that it is cancelled, and keeps the thread', () =>
    withPool({}, async (pool) => {
      const before = await pool.run('whoAmI', undefined as never);
      const control = new AbortController();
      const { failure } = await begun(pool, 'listen', control.signal);
      control.abort(new Error('not wanted'));
      expect(String(await failure)).to.equal('Error: not wanted');
      expect(await pool.run('whoAmI', undefined as never)).to.equal(before);
    }));

  it('ends the thread of a task that does not listen, after the grace', () => {
    const clock = new ManualTimer();
    return withPool({ timer: clock.timer, graceMs: 123 }, async (pool) => {
      const control = new AbortController();
      const { failure } = await begun(pool, 'deaf', control.signal);
      control.abort(new Error('not wanted'));
      expect(clock.pending).to.deep.equal([123]);
      clock.fire();
      expect(String(await failure)).to.equal('Error: not wanted');
      expect(await pool.run('count', 1)).to.equal('counted');
    });
  });

  it('lets a cancelled caller out of the line at once', () =>
    withPool({}, async (pool) => {
      const { failure } = await begun(pool, 'listen');
      const control = new AbortController();
      const waiting = failureOf(pool.run('count', 1, { signal: control.signal }));
      control.abort(new Error('too slow'));
      expect(String(await waiting)).to.equal('Error: too slow');
      expect(String(await failureOf(pool.run('count', 1, { signal: control.signal })))).to.equal('Error: too slow');
      await pool.close();
      expect(CallError.is(await failure)).to.equal(true);
    }));

  it('refuses more waiting tasks than it was made for', () =>
    withPool({ queueLimit: 1 }, async (pool) => {
      const { failure } = await begun(pool, 'listen');
      const waiting = failureOf(pool.run('count', 1));
      const error = await failureOf(pool.run('count', 1));
      expect(CallError.is(error) && error.errorName).to.equal('OVERLOADED');
      await pool.close();
      await Promise.all([failure, waiting]);
    }));

  it('lets a thread go that had nothing to do for long', () => {
    const clock = new ManualTimer();
    return withPool({ timer: clock.timer, idleMs: 4000 }, async (pool) => {
      const before = await pool.run('whoAmI', undefined as never);
      expect(clock.pending).to.deep.equal([4000]);
      clock.fire();
      expect(await pool.run('whoAmI', undefined as never)).not.to.equal(before);
      expect(clock.pending).to.deep.equal([4000]);
    });
  });

  it('cancels everything when it closes, and takes nothing more', () =>
    withPool({}, async (pool) => {
      const { failure } = await begun(pool, 'listen');
      const waiting = failureOf(pool.run('count', 1));
      await Promise.all([pool.close(), pool.close()]);
      expect(pool.threads).to.equal(0);
      const late = await failureOf(pool.run('count', 1));
      for (const error of [await failure, await waiting, late]) {
        expect(CallError.is(error) && error.errorName).to.equal('DRAINING');
      }
    }));

  it('refuses numbers that make no sense', () => {
    expect(() => new ThreadPool({ entry, size: 0 })).to.throw(/size "0"/);
    expect(() => new ThreadPool({ entry, queueLimit: 1.5 })).to.throw(/queueLimit "1.5"/);
    expect(() => new ThreadPool({ entry, graceMs: -1 })).to.throw(/graceMs "-1"/);
    expect(() => new ThreadPool({ entry, idleMs: Number.NaN })).to.throw(/idleMs "NaN"/);
  });
});
