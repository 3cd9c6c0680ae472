import { Worker } from 'node:worker_threads';

/**
 * Starts a module as a thread. The thread inherits this process's flags, but the loader that runs TypeScript sources in
 * a checkout does not reach into threads on Node 20, so there the thread registers it first. Built files need no loader.
 */
export function startWorker(entry: URL): Worker {
  if (!entry.pathname.endsWith('.ts') || stripsTypes()) return new Worker(entry);
  return new Worker(new URL('../../scripts/source-thread.mjs', import.meta.url), { argv: [entry.href] });
}

/** Node 22.18 and later run TypeScript that only needs its types erased, as ours does. */
function stripsTypes(): boolean {
  const { features } = process as { features: { readonly typescript?: unknown } };
  return Boolean(features.typescript);
}
