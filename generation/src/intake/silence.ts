import type { Clock } from '../providers/clock.ts';

/**
 * Waits until nothing has been heard for `limitMs`: true then, false when the signal ends the wait. One timer at a time,
 * however much is heard.
 */
export async function untilSilent(
  clock: Clock,
  limitMs: number,
  lastHeard: () => number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    for (;;) {
      const left = lastHeard() + limitMs - clock.now();
      if (left <= 0) return true;
      await clock.sleep(left, signal);
    }
  } catch {
    return false;
  }
}
