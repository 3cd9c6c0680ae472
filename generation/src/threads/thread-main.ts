import { parentPort } from 'node:worker_threads';
import { GENERATION_TASKS } from './generation-tasks.ts';
import { serveTasks } from './serve-tasks.ts';

/** The module every generation thread runs. */
if (parentPort === null) throw new Error('Cannot serve tasks: this module is started by a ThreadPool, as a thread');
serveTasks(parentPort, GENERATION_TASKS);
