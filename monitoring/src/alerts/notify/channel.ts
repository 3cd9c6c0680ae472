import type { AlertNotice } from './notice.ts';

/** Somewhere alerts are told. */
export interface AlertChannel {
  /** What rules and routes call it. */
  readonly name: string;
  /** Notices one delivery takes at most; 50 when not said. */
  readonly most?: number;
  /** Notices are delivered together only when this answers the same for them; all of them when it is not there. */
  readonly groupOf?: (notice: AlertNotice) => string;
  /**
   * Tells notices, none of them twice with the same fingerprint. Resolves when they have arrived. Rejects when they have not, or
   * nobody knows: with a DeliveryError that says whether trying again can help; any other error may be tried again. When
   * the signal aborts, it ends whatever it does and rejects.
   */
  deliver(notices: readonly AlertNotice[], signal: AbortSignal): Promise<void>;
  /** Tells that somebody looks after it, where a channel has a word for that. As `deliver`. */
  acknowledge?(notices: readonly AlertNotice[], signal: AbortSignal): Promise<void>;
  /** Ends what it does by itself. */
  close?(): void;
}

export interface DeliveryProblem {
  /** Whether the same notices may arrive when they are sent again. */
  readonly retryable: boolean;
  /** How long the other side wants to be left alone, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** Notices did not arrive. Its sentence holds no secret: neither the URL, nor keys, nor passwords. */
export class DeliveryError extends Error {
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(sentence: string, { retryable, retryAfterMs, cause }: DeliveryProblem) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.name = 'DeliveryError';
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
  }
}
