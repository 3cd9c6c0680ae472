import { CancelledError, type MaybePromise, TimeoutError } from '@callsheet/sdk-core';
import type { Clock } from '@callsheet/sdk-core/platform';

/** How long to wait for what nobody can stop, and who may end the waiting. */
export interface Patience {
  readonly patienceMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Waits for what a function of the application gives, but neither past an abort nor for ever: that function knows of neither.
 * Rejects as it does, with CANCELLED, or with a TimeoutError of phase `connect`. Leaves no listener and no timer behind.
 */
export function waitFor<T>(
  what: string,
  give: () => MaybePromise<T>,
  { patienceMs, clock, signal }: Patience,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const leave = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', aborted);
    };
    const aborted = (): void => {
      leave();
      reject(new CancelledError('CANCELLED', `The caller cancelled waiting for ${what}`, { cause: signal.reason }));
    };
    const timer = clock.after(patienceMs, () => {
      leave();
      const sentence = `Gave up waiting for ${what}: nothing came within ${patienceMs} ms`;
      reject(new TimeoutError('connect', sentence, { retryable: true }));
    });
    signal.addEventListener('abort', aborted);
    if (signal.aborted) aborted();
    else {
      new Promise<T>((given) => given(give())).finally(leave).then(resolve, reject);
    }
  });
}
