import type { IncomingHttpHeaders } from 'node:http';
import { type CallError, ERRORS, isJsonObject } from '@callsheet/protocol';

/** The part of a request a challenge depends on. */
export interface Challenged {
  readonly headers: IncomingHttpHeaders;
  readonly url?: string | undefined;
}

/** The value of `WWW-Authenticate` for this refusal, or undefined when none belongs there. */
export type Challenge = (error: CallError, request?: Challenged) => string | undefined;

export interface ChallengeSettings {
  /** Where the protected resource metadata for a request target is (RFC 9728 §5.1). */
  readonly metadataUrl?: (target: string | undefined) => string;
  /** The scope a client should ask its authorization server for. */
  readonly scope?: string;
}

/** RFC 6750 §3: what a scope may be made of. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/**
 * Composes challenges: a 401 says how to do better (RFC 9110 §11.6.1), with `error="invalid_token"` only when there was a
 * token (RFC 6750 §3.1); a 403 for a missing scope says which. Which scope is missing is said by the error, in
 * `details.missingScope`.
 */
export function bearerChallenge({ metadataUrl, scope }: ChallengeSettings = {}): Challenge {
  return (error, request) => {
    const status = ERRORS[error.errorName].http;
    const missing = missingScope(error);
    if (status !== 401 && (status !== 403 || missing === undefined)) return undefined;
    const parameters: [string, string | undefined][] = [
      ['realm', 'callsheet'],
      ['error', status === 403 ? 'insufficient_scope' : presented(request) ? 'invalid_token' : undefined],
      ['resource_metadata', metadataUrl?.(request?.url)],
      ['scope', status === 403 ? missing : scope],
    ];
    return `Bearer ${parameters.flatMap(([name, value]) => (value === undefined ? [] : `${name}=${quoted(value)}`)).join(', ')}`;
  };
}

/** The challenge of a gateway that names no authorization server. */
export const plainChallenge: Challenge = bearerChallenge();

function missingScope({ facts: { details } }: CallError): string | undefined {
  const scope = isJsonObject(details) ? details.missingScope : undefined;
  return typeof scope === 'string' && SCOPE.test(scope) ? scope : undefined;
}

function presented(request: Challenged | undefined): boolean {
  const { authorization, 'x-api-key': key } = request?.headers ?? {};
  return key !== undefined || /^bearer(?: |$)/i.test(authorization ?? '');
}

/** RFC 9110 §5.6.4, without the characters that could end a header or confuse who reads it. */
function quoted(value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, '').replace(/["\\]/g, '\\$&')}"`;
}
