import type { Clock } from '../../src/providers/clock.ts';

/** The time limit that tests give; sleeps of these lengths are limits, not waits. */
export const LIMIT_MS = 1000;
const LIMITS: readonly number[] = [LIMIT_MS, 300, 120_000];

/** A clock whose waits pass at once and are written down; limits hold until `pass` or their signal. */
export interface FakeClock extends Clock {
  /** Waits, in milliseconds. */
  readonly slept: number[];
  time: number;
  /** Lets every limit run out. */
  pass(): void;
}

export function fakeClock(): FakeClock {
  const waiting = new Set<() => void>();
  const clock: FakeClock = {
    slept: [],
    time: 1_000_000,
    now: () => clock.time,
    pass() {
      for (const wake of waiting) wake();
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        if (!LIMITS.includes(ms)) {
          clock.slept.push(ms);
          clock.time += ms;
          return resolve();
        }
        waiting.add(resolve);
        signal.addEventListener('abort', () => {
          waiting.delete(resolve);
          reject(signal.reason);
        });
      }),
  };
  return clock;
}
