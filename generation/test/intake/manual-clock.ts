import type { Clock } from '../../src/providers/clock.ts';

/** A clock that stands still until the test moves it on. */
export interface ManualClock extends Clock {
  /** Settles as soon as something waits. */
  untilAsked(): Promise<void>;
  /** Moves on and wakes what is due. */
  advance(ms: number): void;
}

export function manualClock(): ManualClock {
  let time = 1_000_000;
  const waiting = new Set<{ readonly due: number; readonly wake: () => void }>();
  const asked = new Set<() => void>();
  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const entry = { due: time + ms, wake: resolve };
        waiting.add(entry);
        signal.addEventListener('abort', () => {
          waiting.delete(entry);
          reject(signal.reason);
        });
        for (const tell of asked) tell();
        asked.clear();
      }),
    untilAsked: () => (waiting.size > 0 ? Promise.resolve() : new Promise((resolve) => asked.add(resolve))),
    advance(ms) {
      time += ms;
      for (const entry of [...waiting].filter(({ due }) => due <= time)) {
        waiting.delete(entry);
        entry.wake();
      }
    },
  };
}
