/** Bounds of one connection, told to the client in `session/open`. */
export interface WireLimits {
  /** A longer message is answered with REQUEST_TOO_LARGE. Bytes. */
  readonly maxPayloadBytes: number;
  /** Members of a batch or of a coalesced frame. */
  readonly maxBatch: number;
  /** Nesting of arrays and objects. */
  readonly maxDepth: number;
  /** Values separated by commas anywhere in one message. */
  readonly maxArrayItems: number;
  /** Characters of an id. */
  readonly maxIdLength: number;
  /** Characters of a method name. */
  readonly maxMethodLength: number;
}

export const DEFAULT_LIMITS: WireLimits = {
  maxPayloadBytes: 1_048_576,
  maxBatch: 50,
  maxDepth: 64,
  maxArrayItems: 10_000,
  maxIdLength: 256,
  maxMethodLength: 128,
};
