import type { Thread } from './thread.ts';
import type { Timer } from './timer.ts';

export interface Patience {
  /** How long a cancelled task may tidy up. */
  readonly graceMs: number;
  readonly timer: Timer;
}

/**
 * Waits for the task a thread works on. When a signal is aborted the task is told; when it is then not over within the
 * grace, for example because it computes without ever listening, its thread is ended.
 *
 * @returns the task's output; rejects with its error, or with the reason of the signal that was aborted
 */
export async function attend<Output>(
  thread: Thread,
  work: Promise<Output>,
  signals: readonly AbortSignal[],
  { graceMs, timer }: Patience,
): Promise<Output> {
  let forgive: (() => void) | undefined;
  const cancel = (): void => {
    if (forgive !== undefined) return;
    thread.abort();
    forgive = timer(graceMs, () => void thread.terminate());
  };
  for (const signal of signals) {
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
  }
  const reason = () => signals.find(({ aborted }) => aborted)?.reason;
  try {
    const output = await work;
    // Even a finished answer is refused then: the caller has been told that it cancelled in time.
    if (reason() !== undefined) throw reason();
    return output;
  } catch (error) {
    throw reason() ?? error;
  } finally {
    forgive?.();
    for (const signal of signals) signal.removeEventListener('abort', cancel);
  }
}
