import type { ClientOptions } from '@callsheet/sdk-core';

/** As for any client, and what a page alone can get wrong. */
export interface PageClientOptions extends ClientOptions {
  /** Takes an API key or a secret to sign with, which everybody can read who opens the page. */
  readonly dangerouslyAllowKeyInPage?: boolean;
}

const SENTENCE =
  'Cannot create a client: everybody can read this key in the page; use a ticket (ticketFrom) or a CryptoKey (importSecret), or say dangerouslyAllowKeyInPage: true';

/** The options for the engine. Throws TypeError for a key that a page would give away. */
export function withoutKeyInPage({ dangerouslyAllowKeyInPage, ...options }: PageClientOptions): ClientOptions {
  const { auth } = options;
  const isReadable =
    auth?.type === 'apiKey' ||
    (auth?.type === 'hmac' && (typeof auth.secret === 'string' || auth.secret instanceof Uint8Array));
  if (isReadable && dangerouslyAllowKeyInPage !== true) throw new TypeError(SENTENCE);
  return options;
}
