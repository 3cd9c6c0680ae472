import type { AnyTools, LiteClient, LiteOptions } from '@callsheet/sdk-core';
import { connect as connectCore, createClient as createCore } from '@callsheet/sdk-core/lite';
import { type KeyInPage, withoutKeyInPage } from './key-in-page.ts';
import { pageLife } from './page-life.ts';
import { pageUrl } from './page-url.ts';
import { webSocketTransport } from './web-socket-transport.ts';

const platform = { transport: webSocketTransport, life: pageLife };

/**
 * The small client of a page: connect, call, reconnect. Options and behaviour are those of the whole one, as far as it has
 * them.
 */
export function createClient<T = AnyTools>(options: LiteOptions & KeyInPage): LiteClient<T> {
  return createCore<T>(ofPage(options), platform);
}

/** Makes a small client and opens its session. When that fails, the client is closed and the failure thrown. */
export async function connect<T = AnyTools>(options: LiteOptions & KeyInPage): Promise<LiteClient<T>> {
  return connectCore<T>(ofPage(options), platform);
}

function ofPage(options: LiteOptions & KeyInPage): LiteOptions {
  return { name: 'callsheet-browser', ...withoutKeyInPage(options), url: pageUrl(options.url) };
}
