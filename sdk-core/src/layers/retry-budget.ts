/** Tenths add up to a hair less than one. */
const ROUNDING = 1e-6;

/**
 * A token bucket that keeps retries a small part of all calls: when everything fails, retries would only add to what
 * brought the server down («Handling Overload», Site Reliability Engineering, O'Reilly 2016; gRPC A6 retry throttling).
 */
export class RetryBudget {
  readonly #most: number;
  readonly #ratio: number;
  #tokens: number;

  /** Starts full. `ratio` of a token comes back with every success. */
  constructor(tokens = 10, ratio = 0.1) {
    this.#most = tokens;
    this.#tokens = tokens;
    this.#ratio = ratio;
  }

  succeeded(): void {
    this.#tokens = Math.min(this.#most, this.#tokens + this.#ratio);
  }

  /** Pays for one retry. False when there is nothing left to pay with. */
  take(): boolean {
    if (this.#tokens < 1 - ROUNDING) return false;
    this.#tokens--;
    return true;
  }
}
