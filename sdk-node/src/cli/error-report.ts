import { RpcClientError, ValidationError } from '@callsheet/sdk-core';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { UsageError } from './usage-error.ts';

/** A failure as people read it. */
export function sentenceOf(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\nTry: callsheet --help`;
  if (!(error instanceof Error)) return String(error);
  const issues = ValidationError.is(error)
    ? error.issues.map(({ path, message }) => `\n  ${path || '/'} ${message}`)
    : [];
  const reference = RpcClientError.is(error) && error.requestId !== undefined ? ` (request ${error.requestId})` : '';
  return error.message + reference + issues.join('');
}

/** A failure as programs read it: one line of JSON. */
export function failureLine(error: unknown, exitCode: number): string {
  const message = error instanceof Error ? error.message : String(error);
  const facts = RpcClientError.is(error)
    ? {
        ...{ code: error.code, message, retryable: error.retryable, maybeExecuted: error.maybeExecuted },
        ...{ requestId: error.requestId, retryAfterMs: error.retryAfterMs, wireCode: error.wireCode },
        issues: ValidationError.is(error) ? error.issues : undefined,
      }
    : { code: exitCodeOf(error) === EXIT.USAGE ? 'USAGE' : 'FAILED', message, retryable: false };
  return JSON.stringify({ error: { ...facts, ...(exitCode === EXIT.TIMED_OUT && { code: 'TIMEOUT' }), exitCode } });
}
