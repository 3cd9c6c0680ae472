import type { ClientOptions, ConnectionOptions, Transport } from '@callsheet/sdk-core';

/** What a page alone can get wrong. */
export interface KeyInPage {
  /** Takes an API key or a secret to sign with, which everybody can read who opens the page. */
  readonly dangerouslyAllowKeyInPage?: boolean;
}

/** As for any client, with what a page knows by itself. */
export interface PageClientOptions extends Omit<ClientOptions, 'url'>, KeyInPage {
  /** May be relative to the page and begin with http(s); `/rpc` of the page's own origin when not said. */
  readonly url?: ClientOptions['url'];
  /** Other sockets than the platform's, e.g. of `workerTransport`. */
  readonly transport?: Transport;
}

const SENTENCE =
  'Cannot create a client: everybody can read a key in a page; use ticketFrom or importSecret, or say dangerouslyAllowKeyInPage: true';

/** The options for the engine. Throws TypeError for a key that a page would give away. */
export function withoutKeyInPage<O extends Pick<ConnectionOptions, 'auth'>>({
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
