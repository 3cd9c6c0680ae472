import type { ClientOptions, LiteOptions } from '@callsheet/sdk-core';

/** What a page alone can get wrong. */
export interface KeyInPage {
  /** Takes an API key or a secret to sign with, which everybody can read who opens the page. */
  readonly dangerouslyAllowKeyInPage?: boolean;
}

/** As for any client. */
export interface PageClientOptions extends ClientOptions, KeyInPage {}

const SENTENCE =
  'Cannot create a client: everybody can read this key in the page; use a ticket (ticketFrom) or a CryptoKey (importSecret), or say dangerouslyAllowKeyInPage: true';

/** The options for the engine. Throws TypeError for a key that a page would give away. */
export function withoutKeyInPage<O extends LiteOptions>({
  dangerouslyAllowKeyInPage,
  ...options
}: O & KeyInPage): Omit<O & KeyInPage, keyof KeyInPage> {
  const { auth } = options;
  const isReadable =
    auth?.type === 'apiKey' ||
    (auth?.type === 'hmac' && (typeof auth.secret === 'string' || auth.secret instanceof Uint8Array));
  if (isReadable && dangerouslyAllowKeyInPage !== true) throw new TypeError(SENTENCE);
  return options;
}
