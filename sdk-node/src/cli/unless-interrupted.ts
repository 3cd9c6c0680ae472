import { CancelledError } from '@callsheet/sdk-core';

/** Waits for something that cannot be stopped, until Ctrl-C. Leaves no listener behind. */
export async function unlessInterrupted<T>(work: Promise<T>, interrupt: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const interrupted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new CancelledError('CANCELLED', 'Stopped before there was an answer'));
    if (interrupt.aborted) stop();
    else interrupt.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    interrupt.removeEventListener('abort', stop);
  }
}
