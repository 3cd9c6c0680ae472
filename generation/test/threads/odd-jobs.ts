import { threadId } from 'node:worker_threads';
import { CallError } from '@callsheet/protocol';
import type { TaskRun } from '../../src/threads/task.ts';

/** Tasks that behave in every way a task can. */
export const ODD_JOBS = {
  whoAmI: () => threadId,
  double: ({ samples }: { samples: Float32Array }) => ({ samples: samples.map((sample) => sample * 2) }),
  count: async (limit: number, run: TaskRun<number>) => {
    for (let step = 1; step <= limit; step++) run.report(step);
    return 'counted';
  },
  refuse: (): never => {
    const cause = new RangeError('the deeper reason');
    throw new CallError('CONTENT_REFUSED', 'Cannot say that; say it differently', { details: { word: 'x' }, cause });
  },
  shout: (): never => {
    throw new TypeError('shouted');
  },
  /** Fails where no promise sees it, and takes its thread along. */
  crash: () =>
    new Promise<never>(() => {
      setImmediate(() => {
        throw new Error('fell over');
      });
    }),
  leave: () => process.exit(7),
  unsendable: () => () => 'a function cannot be cloned',
  /** Reports when it has begun, ends when it is told to stop. */
  listen: (_input: null, run: TaskRun<string>) => {
    run.report('listening');
    return new Promise<never>((_resolve, reject) => {
      run.signal.addEventListener('abort', () => reject(new Error('heard it')), { once: true });
    });
  },
  /** Says that it begins, and then never listens again. */
  deaf: (_input: null, run: TaskRun<string>): never => {
    run.report('deaf');
    const cell = new Int32Array(new SharedArrayBuffer(4));
    for (;;) Atomics.wait(cell, 0, 0);
  },
};

export type OddJobs = typeof ODD_JOBS;
