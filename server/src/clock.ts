/** Time as an argument, so that tests turn the hands themselves. */
export interface Clock {
  /** Milliseconds since the epoch; may jump when the machine's clock is set. For timestamps. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. For durations. */
  monotonic(): number;
  /** Calls back once after `ms` milliseconds; the answer takes the appointment back. */
  after(ms: number, callback: () => void): () => void;
}

/** Longer delays make Node's timers fire at once. */
const LONGEST_DELAY_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, LONGEST_DELAY_MS));
    return () => clearTimeout(timer);
  },
};
