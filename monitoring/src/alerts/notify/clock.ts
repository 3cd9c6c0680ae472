/** Time as an argument, so that tests turn the hands themselves. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `ms` milliseconds; the answer takes the appointment back. */
  after(ms: number, callback: () => void): () => void;
}

/** 0 up to 1, like Math.random. */
export type Random = () => number;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
