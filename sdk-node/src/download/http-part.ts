import { AuthError, RpcClientError } from '@callsheet/sdk-core';
import type { Authorize } from '../authorization.ts';
import { nameOf } from './source.ts';

/** What fetching needs of the outside. */
export interface HttpPlatform {
  readonly fetch: typeof fetch;
  /** The gateway's, which paths are relative to. */
  readonly origin: string;
  /** The only ones the credential is ever shown to. */
  readonly trusted: readonly string[];
  readonly authorize: Authorize;
}

/** The bytes of a file from one place on. */
export interface FilePart {
  /** Where the body begins in the file. */
  readonly start: number;
  /** Bytes of the whole file, where the server says so. */
  readonly total: number | undefined;
  /** A strong ETag: names exactly these bytes. */
  readonly etag: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/** A transfer that broke, and may be taken up where it was. */
export class BrokenTransfer extends Error {
  override readonly name = 'BrokenTransfer';
  /** Milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { readonly cause?: unknown; readonly retryAfterMs?: number | undefined } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Longest wait a platform timer can hold: it takes a longer one for a millisecond. */
const MAX_TIMER_MS = 2_147_483_647;
const MAX_REDIRECTS = 5;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** Refusals that pass by themselves. */
const LATER: readonly number[] = [408, 429, 500, 502, 503, 504];

/** Asks for a file from byte `from` on (RFC 9110 §14). `etag`: only if it is still the same file. */
export async function openPart(
  url: URL,
  from: number,
  etag: string | undefined,
  platform: HttpPlatform,
  signal: AbortSignal,
): Promise<FilePart> {
  const range: Record<string, string> = from > 0 ? { range: `bytes=${from}-`, ...(etag && { 'if-range': etag }) } : {};
  const response = await follow(url, range, platform, signal);
  const part = { etag: strongEtag(response.headers.get('etag')), body: bodyOf(response) };
  if (response.status === 200) return { ...part, start: 0, total: numberOf(response.headers.get('content-length')) };
  if (response.status === 206) {
    const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
    if (Number(start) === from) return { ...part, start: from, total: Number(total) };
    await response.body?.cancel();
    throw new BrokenTransfer(`The server sent another part of ${nameOf(url)} than it was asked for`);
  }
  await response.body?.cancel();
  throw refusal(url, response);
}

/** Follows redirects by hand, because the credential must be decided anew at every step. */
async function follow(
  first: URL,
  range: Record<string, string>,
  platform: HttpPlatform,
  signal: AbortSignal,
): Promise<Response> {
  let url = first;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const shown = platform.trusted.includes(url.origin) ? await platform.authorize({ url: url.href }) : {};
    const headers = { ...shown, 'accept-encoding': 'identity', ...range };
    const response = await fetchOnce(url, { headers, redirect: 'manual', signal }, platform);
    const location = response.headers.get('location');
    if (!REDIRECTS.includes(response.status) || location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, url);
    if (next.protocol !== url.protocol && next.protocol !== 'https:') {
      throw new RpcClientError(
        'DOWNLOAD_FAILED',
        `Cannot download ${nameOf(first)}: it redirects to "${next.protocol}"`,
      );
    }
    url = next;
  }
  throw new RpcClientError('DOWNLOAD_FAILED', `Cannot download ${nameOf(first)}: more than ${MAX_REDIRECTS} redirects`);
}

async function fetchOnce(url: URL, init: RequestInit, platform: HttpPlatform): Promise<Response> {
  try {
    return await platform.fetch(url, init);
  } catch (cause) {
    throw new BrokenTransfer(`Cannot reach ${nameOf(url)}`, { cause });
  }
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  try {
    for await (const chunk of response.body) yield chunk;
  } catch (cause) {
    throw new BrokenTransfer('The connection broke', { cause });
  }
}

function refusal(url: URL, response: Response): Error {
  const { status } = response;
  const sentence = `Cannot download ${nameOf(url)}: the server answered ${status}`;
  if (status === 401) return new AuthError('AUTH', sentence);
  if (status === 403) return new AuthError('FORBIDDEN', sentence);
  if (status === 404 || status === 410) return new RpcClientError('NOT_FOUND', sentence);
  if (!LATER.includes(status)) return new RpcClientError('DOWNLOAD_FAILED', sentence);
  const seconds = numberOf(response.headers.get('retry-after'));
  return new BrokenTransfer(sentence, {
    retryAfterMs: seconds === undefined ? undefined : Math.min(seconds * 1_000, MAX_TIMER_MS),
  });
}

function strongEtag(etag: string | null): string | undefined {
  return etag?.startsWith('"') ? etag : undefined;
}

function numberOf(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}
