import type { AnyTools, Platform } from '@callsheet/sdk-core';
import {
  connect as connectCore,
  createClient as createCore,
  type LiteClient,
  type LiteOptions,
} from '@callsheet/sdk-core/lite';
import { type KeyInPage, withoutKeyInPage } from './key-in-page.ts';
import { pageUrl } from './page-url.ts';
import { webSocketTransport } from './web-socket-transport.ts';

export {
  type LiteCallOptions,
  type LiteClient,
  type LiteCredentials,
  RpcClientError,
  type StateChange,
} from '@callsheet/sdk-core/lite';

/** As for the small client, with what a page knows by itself. */
export interface PageLiteOptions extends Omit<LiteOptions, 'url'>, KeyInPage {
  /** May be relative to the page and begin with http(s); `/rpc` of the page's own origin when not said. */
  readonly url?: string;
}

const platform: Platform = {
  transport: webSocketTransport,
  life: {
    listen({ wake }) {
      // A server that renders pages has no such events.
      globalThis.addEventListener?.('online', wake);
      return () => globalThis.removeEventListener?.('online', wake);
    },
  },
};

/**
 * The small client of a page: connect, call, reconnect. Nothing is dialled before the first call or `connect()`. Throws TypeError
 * for options it does not know, and for a key that everybody could read in the page.
 */
export function createClient<T = AnyTools>(options: PageLiteOptions = {}): LiteClient<T> {
  return createCore<T>(ofPage(options), platform);
}

/** Makes a small client and opens its session. When that fails, the client is closed and the failure thrown. */
export async function connect<T = AnyTools>(options: PageLiteOptions = {}): Promise<LiteClient<T>> {
  return connectCore<T>(ofPage(options), platform);
}

function ofPage(options: PageLiteOptions): LiteOptions {
  const { url = '/rpc', ...rest } = withoutKeyInPage(options);
  return { ...rest, url: pageUrl(url) };
}
