import type { RetryOptions } from './retry-options.ts';

/** Tenths add up to a hair less than one. */
const ROUNDING = 1e-6;

/** What all calls of a client may spend on retries. */
export interface RetryBudget {
  succeeded(): void;
  /** Pays for one retry. False when there is nothing left to pay with. */
  take(): boolean;
}

/**
 * A token bucket, full at first, that keeps retries a small part of all calls: when everything fails, they would only add
 * to what brought the server down («Handling Overload», Site Reliability Engineering, O'Reilly 2016; gRPC proposal A6).
 */
export function retryBudget({ tokens = 10, ratio = 0.1 }: NonNullable<RetryOptions['budget']> = {}): RetryBudget {
  let left = tokens;
  return {
    succeeded: () => {
      left = Math.min(tokens, left + ratio);
    },
    take: () => left > 1 - ROUNDING && left-- > 0,
  };
}
