import type { Clock } from './clock.ts';
import type { UpstreamFailure } from './upstream-error.ts';

export interface RetryPolicy {
  /** Tries after the first one. Default 2. */
  readonly retries: number;
  /** The first wait is drawn from 0 to this; the bound doubles each time. Default 500. */
  readonly baseMs: number;
  /** No wait is longer, and a provider that asks for more is not waited for. Default 60,000. */
  readonly capMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { retries: 2, baseMs: 500, capMs: 60_000 };

/** Either a value or a failure that may be tried again. */
export type Attempt<T> = { readonly value: T } | { readonly failure: UpstreamFailure };

export interface RetryPorts {
  readonly clock: Clock;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Called before every try after the first one. */
  readonly retried?: (() => void) | undefined;
}

/**
 * Tries until a value comes, the failure is not worth repeating, or the tries are used up. Waits with full jitter, so that
 * many callers that failed together do not come back together; a provider's own Retry-After goes before.
 */
export async function withRetries<T>(
  attempt: () => Promise<Attempt<T>>,
  policy: RetryPolicy,
  { clock, random, signal, retried }: RetryPorts,
): Promise<Attempt<T>> {
  let outcome = await attempt();
  for (let round = 0; round < policy.retries; round += 1) {
    if ('value' in outcome || !outcome.failure.retryable) return outcome;
    const asked = outcome.failure.retryAfterMs;
    if (asked !== undefined && asked > policy.capMs) return outcome;
    await clock.sleep(asked ?? random() * Math.min(policy.capMs, policy.baseMs * 2 ** round), signal);
    retried?.();
    outcome = await attempt();
  }
  return outcome;
}

/** Milliseconds a `Retry-After` or `retry-after-ms` header asks for: seconds or an HTTP date (RFC 9110 §10.2.3). */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const exact = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact;
  const header = headers.get('retry-after')?.trim();
  if (header === undefined || header === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : undefined;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
