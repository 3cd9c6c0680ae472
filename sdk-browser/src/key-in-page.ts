import type { ClientOptions, ConnectionOptions, Transport } from '@callsheet/sdk-core';
import { object } from '@callsheet/sdk-core/platform';

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

/** The options for the engine. Throws TypeError for what are none, and for a key that a page would give away. */
export function withoutKeyInPage<O extends Pick<ConnectionOptions, 'auth'>>(
  given: O & KeyInPage,
): Omit<O & KeyInPage, keyof KeyInPage> {
  const { dangerouslyAllowKeyInPage, ...options } = Object(given) as O & KeyInPage;
  const { auth } = options;
  const isReadable =
    auth?.type === 'apiKey' ||
    (auth?.type === 'hmac' && (typeof auth.secret === 'string' || auth.secret instanceof Uint8Array));
  const wrong =
    object(given) ??
    (isReadable &&
      dangerouslyAllowKeyInPage !== true &&
      'everybody can read a key in a page; use ticketFrom or importSecret, or say dangerouslyAllowKeyInPage: true');
  if (wrong) throw new TypeError(`Cannot create a client: ${wrong}`);
  return options;
}
