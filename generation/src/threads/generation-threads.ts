import type { GenerationTasks } from './generation-tasks.ts';
import { ThreadPool, type ThreadPoolOptions } from './thread-pool.ts';

/** The threads that do this package's heavy work. */
export type GenerationThreads = ThreadPool<GenerationTasks>;

/** Makes the pool. Threads are started when tasks come; `close()` it to be rid of them at once. */
export function createGenerationThreads(options: Omit<ThreadPoolOptions, 'entry'> = {}): GenerationThreads {
  // Run from sources or from the build: a thread's entry has the same kind of file as this module.
  const kind = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new ThreadPool({ ...options, entry: new URL(`./thread-main.${kind}`, import.meta.url) });
}
