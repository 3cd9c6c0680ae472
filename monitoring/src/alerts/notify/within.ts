import type { Clock } from './clock.ts';

/** Time is up. */
export class TimeUp extends Error {
  constructor(ms: number) {
    super(`it took longer than ${ms} ms`);
    this.name = 'TimeUp';
  }
}

/** Runs something with a signal that aborts when `signal` does, or with a TimeUp after `ms` milliseconds. */
export async function within<T>(
  ms: number,
  clock: Clock,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const pass = () => own.abort(signal.reason);
  const cancel = clock.after(ms, () => own.abort(new TimeUp(ms)));
  signal.addEventListener('abort', pass, { once: true });
  if (signal.aborted) pass();
  try {
    return await run(own.signal);
  } finally {
    cancel();
    signal.removeEventListener('abort', pass);
  }
}

/** What `promise` becomes, or a rejection with the reason of `signal` as soon as that aborts: some work cannot be stopped. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
