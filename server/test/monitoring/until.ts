import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks a program that cannot tell us when something came true, four times a second, and returns the first answer that is
 * neither undefined nor an error. Rejects with the last one after the deadline.
 */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | undefined> | Value | undefined,
  deadlineMs = 45_000,
): Promise<Value> {
  const deadline = performance.now() + deadlineMs;
  let cause: unknown;
  do {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      cause = error;
    }
    await pause(250);
  } while (performance.now() < deadline);
  throw new Error(`Waited ${deadlineMs / 1000} s in vain for ${what}`, { cause });
}
