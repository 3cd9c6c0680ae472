import type { Asset } from '@callsheet/protocol';

/** A stored file: an asset record as tools answer it, or as much of one. */
export type Downloadable = Pick<Asset, 'url'> & Partial<Pick<Asset, 'sha256' | 'bytes'>>;

/** Where the bytes are, and what is known of them. */
export interface Source {
  readonly url: URL;
  /** Lower-case hex. */
  readonly sha256: string | undefined;
  readonly bytes: number | undefined;
}

/** Reads what the caller gave; a path like `/assets/…` is the gateway's own. Throws TypeError. */
export function readSource(source: string | Downloadable, origin: string): Source {
  const given: unknown = typeof source === 'string' ? source : source?.url;
  if (typeof given !== 'string' || given === '') {
    throw new TypeError('Cannot download without a URL; give one, or an asset record with its "url"');
  }
  const url = urlOf(given, origin);
  const { sha256, bytes } = typeof source === 'string' ? { sha256: undefined, bytes: undefined } : source;
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) {
    throw new TypeError(`Cannot check ${nameOf(url)}: "sha256" is not 64 lower-case hex digits`);
  }
  if (bytes !== undefined && !(Number.isSafeInteger(bytes) && bytes >= 0)) {
    throw new TypeError(`Cannot check ${nameOf(url)}: "bytes" is ${bytes}`);
  }
  return { url, sha256, bytes };
}

/** How errors name a file: without the query, which may hold a signature that opens it. */
export function nameOf(url: URL): string {
  return `"${url.origin}${url.pathname}"`;
}

function urlOf(given: string, origin: string): URL {
  let url: URL;
  try {
    url = new URL(given, origin);
  } catch (cause) {
    throw new TypeError('Cannot download: the URL cannot be read', { cause });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`Cannot download from a "${url.protocol}" URL; give http:, https: or a path on the gateway`);
  }
  return url;
}
