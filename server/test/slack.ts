import { setTimeout as pause } from 'node:timers/promises';

/** The longest time an answer took so far, in milliseconds; the answer that is awaited now is waited for. */
export type Slack = () => Promise<number>;

/**
 * Asks something quick again and again, until it is refused: when the connection is gone. How long its answers took is
 * the machine's part of whatever happened meanwhile, and a promise in time is held without it.
 */
export async function watchSlack(ask: () => Promise<unknown>): Promise<Slack> {
  let longest = 0;
  const once = async (): Promise<boolean> => {
    const sentAt = performance.now();
    const answered = await ask().then(
      () => true,
      () => false,
    );
    longest = Math.max(longest, performance.now() - sentAt);
    return answered;
  };
  let asked = once();
  if (!(await asked)) throw new Error('nobody answers');
  void (async () => {
    do {
      await pause(5);
      asked = once();
    } while (await asked);
  })();
  return async () => {
    await asked;
    return longest;
  };
}
