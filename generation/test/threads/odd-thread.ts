import { parentPort } from 'node:worker_threads';
import { serveTasks } from '../../src/threads/serve-tasks.ts';
import { ODD_JOBS } from './odd-jobs.ts';

if (parentPort !== null) serveTasks(parentPort, ODD_JOBS);
