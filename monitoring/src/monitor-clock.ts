/** Time as an argument, so that tests turn the hands themselves. */
export interface MonitorClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number;
  /** Calls back once after `ms` milliseconds; the answer takes the appointment back. */
  after(ms: number, callback: () => void): () => void;
}
