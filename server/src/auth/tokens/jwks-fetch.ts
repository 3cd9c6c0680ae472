import type { Clock } from '../../clock.ts';
import { isLoopback } from '../../config/loopback.ts';

/** A key set is a few kilobytes; more than this is not read. */
const MAX_BYTES = 65_536;
const TIMEOUT_MS = 5_000;

/**
 * The address of a key set, checked: https, or http to this very machine where that is allowed.
 *
 * @throws Error for any other.
 */
export function keySetUrl(text: string, allowLoopbackHttp: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = allowLoopbackHttp && url?.protocol === 'http:' && isLoopback(url.hostname);
  const credentials = url !== undefined && (url.username !== '' || url.password !== '');
  if (url === undefined || credentials || (url.protocol !== 'https:' && !loopback)) {
    // What stands before the host may be a password, and this sentence is logged.
    const shown = text.replace(/\/\/[^/]*@/, '//…@');
    throw new Error(`Cannot fetch keys from "${shown}": use an https address without a user name in it`);
  }
  return url;
}

/**
 * Fetches the text of a key set. Redirects are not followed: whoever may answer for the address is the one configured.
 *
 * @throws Error for any status but 200, more than 64 KiB, or no end after five seconds.
 */
export async function fetchKeySet(url: URL, fetch: typeof globalThis.fetch, clock: Clock): Promise<string> {
  const giveUp = new AbortController();
  const cancel = clock.after(TIMEOUT_MS, () => giveUp.abort(new Error(`no answer within ${TIMEOUT_MS} ms`)));
  try {
    const headers = { accept: 'application/jwk-set+json, application/json' };
    const response = await fetch(url, { redirect: 'error', signal: giveUp.signal, headers });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`the answer has the status ${response.status}`);
    }
    return await bounded(response);
  } catch (cause) {
    throw new Error(`Cannot fetch the keys of "${url.href}"`, { cause });
  } finally {
    cancel();
  }
}

async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Counted as it arrives: a length in the headers proves nothing. Leaving the loop ends the connection.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`the answer is longer than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
