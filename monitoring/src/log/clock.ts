/** Time as logs need it; the gateway's clock is one. */
export interface LogClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `ms` milliseconds; the answer takes the appointment back. */
  after(ms: number, callback: () => void): () => void;
}
