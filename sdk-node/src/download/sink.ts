/** Where downloaded bytes go, in order. */
export interface Sink {
  write(chunk: Uint8Array): Promise<void>;
  /** Forgets everything written so far. Rejects where that cannot be done. */
  restart(): Promise<void>;
  /** All bytes are there and checked. */
  finish(): Promise<void>;
  /** They never will be. Does not reject. */
  abandon(): Promise<void>;
}
