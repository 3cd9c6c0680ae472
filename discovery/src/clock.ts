/** Time as an argument, so that tests and simulations turn the hands themselves. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number;
  /** Calls back once after `ms` milliseconds; the answer takes the appointment back. */
  after(ms: number, callback: () => void): () => void;
}

/** 0 up to 1, like Math.random. */
export type Random = () => number;
