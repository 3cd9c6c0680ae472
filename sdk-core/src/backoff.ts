/** When to dial again after a connection was lost or a dial failed. */
export interface ReconnectOptions {
  /** The first retry comes after a random part of this. 100 when not said. */
  readonly firstDelayMs?: number;
  /** Retry n waits a random part of min(`maxMs`, `baseMs` · 2ⁿ). 250 when not said. */
  readonly baseMs?: number;
  /** 30,000 when not said. */
  readonly maxMs?: number;
  /** Retries in a row before the client gives up and closes. Infinity when not said. */
  readonly maxAttempts?: number;
  /** Asked before every retry; false closes the client. `code` is the close code, 1006 when there was none. */
  shouldReconnect?(close: { readonly code: number; readonly reason: string; readonly attempt: number }): boolean;
}

/**
 * Full jitter («Exponential Backoff And Jitter», AWS Architecture Blog, 2015): a thousand clients that lost one gateway
 * come back spread out. The first retry is nearly at once, because most losses are one broken connection, except when
 * the server said it is overloaded.
 *
 * @param attempt 1 for the first retry
 * @param random uniform in [0, 1)
 * @returns milliseconds
 */
export function reconnectDelay(
  attempt: number,
  options: Pick<ReconnectOptions, 'firstDelayMs' | 'baseMs' | 'maxMs'>,
  random: () => number,
  overloaded = false,
): number {
  const { firstDelayMs = 100, baseMs = 250, maxMs = 30_000 } = options;
  const ceiling = attempt === 1 && !overloaded ? firstDelayMs : Math.min(maxMs, baseMs * 2 ** attempt);
  return random() * ceiling;
}
