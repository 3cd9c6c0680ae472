import { CallError, type ErrorName, isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import { cleanText } from '../intake/clean-text.ts';
import { redact } from './redact.ts';

/** Why a provider did not answer, before it is told to the caller. */
export interface UpstreamFailure {
  readonly provider: string;
  /** Machine word: `provider_timeout`, `unauthorized_provider`, … */
  readonly reason: string;
  /** What the provider or the network said. May hold secrets; it is redacted here. */
  readonly said: string;
  readonly retryable: boolean;
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly secrets: readonly string[];
}

const ADVICE: Readonly<Record<string, string>> = {
  unauthorized_provider: 'check the API key in the configuration',
  quota_exceeded: 'add credit at the provider or choose another one',
  rate_limited: 'try again later',
  provider_busy: 'try again later',
  provider_timeout: 'try again, or raise the time limit',
  provider_unreachable: 'check that it runs and that its address is right',
  provider_redirected: 'configure the address it redirects to',
  answer_too_large: 'ask for less',
  answer_unreadable: 'check that the address is that of a compatible API',
  invalid_params: 'check the model name and the request',
};

const NAMES: Readonly<Record<string, ErrorName>> = {
  quota_exceeded: 'QUOTA_EXCEEDED',
  rate_limited: 'RATE_LIMITED',
  content_rejected: 'CONTENT_REFUSED',
};

/** The error a caller sees. The caller's own credential is fine when the provider refuses ours, so that is UPSTREAM_ERROR. */
export function upstreamError(failure: UpstreamFailure): CallError {
  const { provider, reason, retryable, status, retryAfterMs } = failure;
  // Cleaned before: a hidden character inside a secret would keep it from being recognised. Cut after: half a secret too.
  const said = redact(cleanText(failure.said, { maxLength: 4000 }), failure.secrets).slice(0, 300);
  const advice = ADVICE[reason] ?? 'choose another provider';
  const details: JsonObject = { reason, provider, ...(status !== undefined && { http_status: status }) };
  return new CallError(
    NAMES[reason] ?? 'UPSTREAM_ERROR',
    `Cannot use provider "${provider}": ${said === '' ? reason : `"${said}"`}; ${advice}`,
    { retryable, details, ...(retryAfterMs !== undefined && { retryAfterMs }) },
  );
}

/** Reads an HTTP error answer the way OpenAI-compatible servers write it. */
export function failureOfAnswer(
  provider: string,
  status: number,
  body: string,
  secrets: readonly string[],
): UpstreamFailure {
  const error = errorObject(body);
  const code = text(error.code) || text(error.type);
  const said = text(error.message) || text(error.detail) || `HTTP ${status}`;
  const reason = reasonOf(status, code);
  return { provider, reason, said, status, secrets, retryable: isRetryable(status, reason) };
}

function reasonOf(status: number, code: string): string {
  if (code === 'insufficient_quota' || status === 402) return 'quota_exceeded';
  if (code === 'content_policy_violation' || code === 'content_filter') return 'content_rejected';
  if (status === 401 || status === 403) return 'unauthorized_provider';
  if (status === 429) return 'rate_limited';
  if (status === 408 || status === 504) return 'provider_timeout';
  if (status >= 500) return 'provider_busy';
  return 'invalid_params';
}

function isRetryable(status: number, reason: string): boolean {
  return reason !== 'quota_exceeded' && (status === 408 || status === 429 || status >= 500);
}

function errorObject(body: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return {};
  }
  if (!isJsonObject(parsed)) return {};
  const error = parsed.error;
  if (isJsonObject(error)) return error;
  return typeof error === 'string' ? { message: error } : parsed;
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
