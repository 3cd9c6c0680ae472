import type { IncomingHttpHeaders } from 'node:http';
import { CallError, type Credential, type Principal } from '@callsheet/protocol';
import type { KeyRing } from './key-ring.ts';

/** One sentence for every bad credential: unknown, revoked and expired must look alike. */
const REFUSAL = 'Cannot authenticate: the credential is missing, wrong or no longer valid';

/** Decides who is calling. */
export class Authenticator {
  readonly #keys: KeyRing;

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  /**
   * Reads `Authorization: Bearer` or `X-API-Key`.
   *
   * @returns undefined when neither header is there, so that the caller may still open by message.
   * @throws CallError UNAUTHENTICATED when one is there and is wrong.
   */
  fromHeaders(headers: IncomingHttpHeaders): Principal | undefined {
    const key = presentedKey(headers);
    return key === undefined ? undefined : this.#verify(key);
  }

  /** @throws CallError UNAUTHENTICATED, or NOT_IMPLEMENTED for a kind of credential this gateway does not take. */
  fromCredential(credential: Credential): Principal {
    if (credential.type !== 'apiKey') {
      throw new CallError(
        'NOT_IMPLEMENTED',
        `Cannot authenticate with "${credential.type}": this gateway takes API keys; send auth {type:"apiKey",apiKey}`,
      );
    }
    return this.#verify(credential.apiKey);
  }

  #verify(key: string): Principal {
    const principal = this.#keys.verify(key);
    if (principal === undefined) throw new CallError('UNAUTHENTICATED', REFUSAL);
    return principal;
  }
}

function presentedKey(headers: IncomingHttpHeaders): string | undefined {
  const header = headers['x-api-key'];
  if (typeof header === 'string') return header;
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  // RFC 9110 §11.4: the scheme is case-insensitive. Another scheme is a wrong credential, not a missing one.
  return /^bearer +(.*)$/i.exec(authorization)?.[1]?.trim() ?? '';
}
