import { createHash, createHmac, type KeyObject } from 'node:crypto';

/** Name of the scheme in `Authorization`, and first line of every signed text, so that no other use of a secret fits it. */
export const HMAC_SCHEME = 'CALLSHEET-HMAC-SHA256';

/** What a signature covers of an HTTP request or a WebSocket upgrade. */
export interface SignedRequest {
  /** Unix seconds. */
  readonly ts: number;
  /** 16 random bytes, base64url. */
  readonly nonce: string;
  /** As sent, usually upper case; `GET` for an upgrade. */
  readonly method: string;
  /** As sent, percent escapes and all, without the query. */
  readonly path: string;
  /** As sent, without the `?`; empty when there is none. */
  readonly query: string;
  /** The `Host` header, with the port if it has one. Case does not count. */
  readonly host: string;
  /** SHA-256 of the body's raw bytes, 64 lower-case hex digits. */
  readonly bodyHash: string;
}

/** SHA-256 of a body, as the signed text wants it. Text counts as UTF-8. */
export function hashBody(body: Uint8Array | string): string {
  return createHash('sha256').update(body).digest('hex');
}

/** The hash of a request without a body. */
export const EMPTY_BODY_HASH = hashBody('');

/** The text under the signature: eight lines joined by a line feed, none at the end (PROTOCOL.md, «HMAC»). */
export function signedText({ ts, nonce, method, path, query, host, bodyHash }: SignedRequest): string {
  return `${HMAC_SCHEME}\n${ts}\n${nonce}\n${method}\n${path}\n${query}\n${host.toLowerCase()}\n${bodyHash}`;
}

/**
 * Whether the text has as many lines as it should. A line feed inside a part would let two different requests share
 * one signature. HTTP cannot carry one there; other callers might.
 */
export function isSignable({ method, path, query, host, bodyHash }: SignedRequest): boolean {
  return !(
    hasLineFeed(method) ||
    hasLineFeed(path) ||
    hasLineFeed(query) ||
    hasLineFeed(host) ||
    hasLineFeed(bodyHash)
  );
}

/** HMAC-SHA256 of the signed text: 32 bytes. */
export function signatureOf(request: SignedRequest, key: KeyObject): Buffer {
  return createHmac('sha256', key).update(signedText(request)).digest();
}

function hasLineFeed(part: string): boolean {
  return part.includes('\n');
}
