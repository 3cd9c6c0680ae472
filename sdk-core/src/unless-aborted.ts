import { onAbort } from './on-abort.ts';
import { cancelledError } from './pending-call.ts';

/** Waits for something until `signal` aborts; what is waited for is not stopped by that. Leaves no listener behind. */
export function unlessAborted<T>(signal: AbortSignal | undefined, label: string, start: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(cancelledError(label, signal?.reason, false)));
    if (!signal?.aborted) start().then(resolve, reject).finally(forget);
  });
}
