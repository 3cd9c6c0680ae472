import { createSecretKey, randomBytes } from 'node:crypto';
import type { Credential } from '@callsheet/protocol';
import { writeAuthorization } from './authorization-header.ts';
import { EMPTY_BODY_HASH, hashBody, signatureOf } from './signed-request.ts';

/** A client's side of a shared secret. */
export interface Signer {
  readonly id: string;
  readonly secret: string;
}

export interface RequestToSign {
  /** `GET` when not said, which is also what a WebSocket upgrade is. */
  readonly method?: string;
  /** Absolute; http, https, ws or wss. Path and query are signed as `fetch` and `ws` send them. */
  readonly url: string | URL;
  /** The exact bytes that will be sent. Text counts as UTF-8. */
  readonly body?: Uint8Array | string;
}

/** The same proof twice: for the header of a request or upgrade, and for `session/open`. Good for one of them, once. */
export interface SignedProof {
  readonly authorization: string;
  readonly credential: Extract<Credential, { type: 'hmac' }>;
}

/** Time and chance, for tests. */
export interface SigningParts {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly random?: (bytes: number) => Uint8Array;
}

/** Signs one request. Sign again to send again: a nonce is taken once. */
export function signRequest(
  { id, secret }: Signer,
  { method = 'GET', url, body }: RequestToSign,
  { now = Date.now, random = randomBytes }: SigningParts = {},
): SignedProof {
  const { pathname: path, search, host } = new URL(url);
  const timestamp = Math.floor(now() / 1000);
  const nonce = Buffer.from(random(16)).toString('base64url');
  const bodyHash = body === undefined ? EMPTY_BODY_HASH : hashBody(body);
  const request = { ts: timestamp, nonce, method, path, query: search.slice(1), host, bodyHash };
  const signature = signatureOf(request, createSecretKey(secret, 'utf8')).toString('base64url');
  return {
    authorization: writeAuthorization({ id, ts: timestamp, nonce, sig: signature }),
    credential: { type: 'hmac', clientId: id, timestamp, nonce, signature },
  };
}
