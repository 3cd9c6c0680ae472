/** Name of the scheme in `Authorization`, and first line of every signed text, so that no other use of a secret fits it. */
export const HMAC_SCHEME = 'CALLSHEET-HMAC-SHA256';

/** SHA-256 of nothing, in hex: the body of an upgrade (FIPS 180-4). */
export const NO_BODY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** What a signature covers of a request. */
export interface RequestToSign {
  /** Absolute: http, https, ws or wss. */
  readonly url: string;
  /** `GET` when not said, which is what a WebSocket upgrade is. */
  readonly method?: string;
  /** Of the body's bytes, in lower-case hex; that of no body when not said. */
  readonly bodySha256?: string;
}

/**
 * The text under a signature (PROTOCOL.md, «Signatures»): eight lines joined by line feeds. Path, query and host as the
 * platform sends them, which is how its `URL` writes them.
 *
 * @param timestamp unix seconds
 * @param nonce 16 random bytes in base64url
 */
export function signedText(
  { url, method = 'GET', bodySha256 = NO_BODY_SHA256 }: RequestToSign,
  timestamp: number,
  nonce: string,
): string {
  const { pathname, search, host } = new URL(url);
  return [HMAC_SCHEME, timestamp, nonce, method, pathname, search.slice(1), host, bodySha256].join('\n');
}
