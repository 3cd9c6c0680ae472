import { ThreadPool } from '../../src/threads/thread-pool.ts';
import type { OddJobs } from './odd-jobs.ts';

// A process for the test that watches it end: it uses a pool and never closes it.
const pool = new ThreadPool<OddJobs>({ entry: new URL('./odd-thread.ts', import.meta.url), size: 2 });
process.stdout.write(`${await pool.run('count', 3)}\n`);
