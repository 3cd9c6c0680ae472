import type { MaybePromise } from '@callsheet/sdk-core';

type Addresses = string | readonly string[];

/**
 * The address of a gateway as a page may write it, for the engine: relative to the page and http(s) become ws(s), and the
 * door's path is added where there is none. What cannot be read stays as it is; the engine refuses it in its own words.
 */
export function pageUrl<U extends Addresses | (() => MaybePromise<Addresses>)>(given: U): U;
export function pageUrl(given: unknown): unknown {
  if (typeof given === 'function') return async () => pageUrl(await given());
  if (Array.isArray(given)) return given.map(pageUrl);
  // On a server that renders pages there is no location, and nothing is dialled.
  const page = globalThis.location?.href ?? 'http://localhost';
  if (typeof given !== 'string' || !URL.canParse(given, page)) return given;
  const url = new URL(given, page);
  if (url.pathname === '/') url.pathname = '/rpc';
  return url.href.replace(/^http/, 'ws');
}
