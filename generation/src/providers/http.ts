import { CallError } from '@callsheet/protocol';
import type { Clock } from './clock.ts';
import { readCapped, TooLarge } from './read-capped.ts';
import { type Attempt, DEFAULT_RETRY, type RetryPolicy, retryAfterMs, withRetries } from './retry.ts';
import { failureOfAnswer, type UpstreamFailure, upstreamError } from './upstream-error.ts';

/** What every provider is reached with; all of it can be faked. */
export interface HttpPorts {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
}

export interface ProviderRequest {
  /** For error messages. */
  readonly provider: string;
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal: AbortSignal;
  /** Upper bound of one try, body included. */
  readonly timeoutMs: number;
  /** A longer answer is refused. Default 4 MiB. */
  readonly maxBytes?: number;
  readonly retry?: RetryPolicy;
  /** Called before every try after the first one. */
  readonly retried?: () => void;
  /** Taken out of every message, whatever the provider quotes. */
  readonly secrets?: readonly string[];
}

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Asks a provider and reads its JSON. Network faults, timeouts, 408, 429 and 5xx are tried again with full jitter,
 * honouring Retry-After up to a minute; redirects are refused, because they would carry the credential elsewhere.
 * Rejects with the CallError of `upstreamError`, never with a secret in it, or with CANCELLED when the signal aborts.
 */
export async function requestJson(request: ProviderRequest, ports: HttpPorts): Promise<unknown> {
  try {
    request.signal.throwIfAborted();
    const outcome = await withRetries(() => attempt(request, ports), request.retry ?? DEFAULT_RETRY, {
      ...ports,
      signal: request.signal,
      retried: request.retried,
    });
    if ('value' in outcome) return outcome.value;
    throw upstreamError(outcome.failure);
  } catch (error) {
    if (!request.signal.aborted || CallError.is(error)) throw error;
    throw new CallError('CANCELLED', `Cancelled while waiting for provider "${request.provider}"`, { cause: error });
  }
}

async function attempt(request: ProviderRequest, ports: HttpPorts): Promise<Attempt<unknown>> {
  const stop = new AbortController();
  const limited = AbortSignal.any([request.signal, stop.signal]);
  let late = false;
  const limit = ports.clock.sleep(request.timeoutMs, stop.signal).then(
    () => {
      late = true;
      stop.abort();
    },
    () => undefined,
  );
  try {
    return await exchange(request, ports, limited);
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason;
    if (late) return failed(request, 'provider_timeout', `no answer within ${request.timeoutMs} ms`, true);
    if (error instanceof TooLarge) return failed(request, 'answer_too_large', error.message, false);
    return failed(request, 'provider_unreachable', networkWords(error), true);
  } finally {
    stop.abort();
    await limit;
  }
}

async function exchange(request: ProviderRequest, ports: HttpPorts, signal: AbortSignal): Promise<Attempt<unknown>> {
  const { provider, url, method, headers, body, maxBytes = MAX_BYTES, secrets = [] } = request;
  const response = await ports.fetch(url, {
    method,
    redirect: 'manual',
    signal,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel();
    return failed(request, 'provider_redirected', `HTTP ${response.status} to another address`, false);
  }
  const answer = await readCapped(response, maxBytes);
  if (!response.ok) {
    const failure = failureOfAnswer(provider, response.status, answer, secrets);
    const asked = retryAfterMs(response.headers, ports.clock.now());
    return { failure: { ...failure, ...(asked !== undefined && { retryAfterMs: asked }) } };
  }
  try {
    return { value: JSON.parse(answer) };
  } catch {
    const type = response.headers.get('content-type') ?? 'no content type';
    return failed(request, 'answer_unreadable', `the answer is not JSON but ${type}`, false);
  }
}

function failed(
  request: ProviderRequest,
  reason: string,
  said: string,
  retryable: boolean,
): { failure: UpstreamFailure } {
  return { failure: { provider: request.provider, reason, said, retryable, secrets: request.secrets ?? [] } };
}

/** `fetch failed` says nothing; its cause does. */
function networkWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
