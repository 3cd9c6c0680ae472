import {
  type AnyTools,
  type Client,
  type ClientOptions,
  connect as connectCore,
  createClient as createCore,
  type Platform,
} from '@callsheet/sdk-core';
import { type PageClientOptions, withoutKeyInPage } from './key-in-page.ts';
import { pageUrl } from './page-url.ts';
import { browserPlatform } from './platform.ts';

/**
 * Makes a client. Nothing is dialled before the first call or `connect()`. Throws TypeError for options it does not know, and
 * for a key that everybody could read in the page.
 */
export function createClient<T = AnyTools>(options: PageClientOptions = {}): Client<T> {
  return createCore<T>(ofPage(options), platformOf(options));
}

/** Makes a client and opens its session. When that fails, the client is closed and the failure thrown. */
export async function connect<T = AnyTools>(options: PageClientOptions = {}): Promise<Client<T>> {
  return connectCore<T>(ofPage(options), platformOf(options));
}

function ofPage(options: PageClientOptions): ClientOptions {
  const { transport: _own, url = '/rpc', ...rest } = withoutKeyInPage(options);
  return { name: 'callsheet-browser', ...rest, url: pageUrl(url) };
}

function platformOf({ transport }: PageClientOptions): Platform {
  return transport === undefined ? browserPlatform : { ...browserPlatform, transport };
}
