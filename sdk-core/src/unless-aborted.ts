import { cancelledError } from './pending-call.ts';

/** Waits for something until `signal` aborts; what is waited for is not stopped by that. Leaves no listener behind. */
export async function unlessAborted<T>(
  signal: AbortSignal | undefined,
  label: string,
  start: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return start();
  if (signal.aborted) throw cancelledError(label, signal.reason, false);
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(cancelledError(label, signal.reason, false));
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([start(), aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
