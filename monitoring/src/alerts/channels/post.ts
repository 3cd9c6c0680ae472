import { lookup as systemLookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isPublicAddress } from './public-address.ts';

export interface PostRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether it may lead to addresses that are not public. */
  readonly allowPrivate: boolean;
}

export interface PostAnswer {
  readonly status: number;
  /** The header of that name. */
  readonly retryAfter: string | undefined;
  /** The beginning of the body. */
  readonly text: string;
}

/**
 * Sends one request and reads the answer, whatever its status, without following redirects. Rejects when there is no
 * answer, with a PrivateAddress when there must not be one, and when the signal aborts.
 */
export type Post = (request: PostRequest, signal: AbortSignal) => Promise<PostAnswer>;

/** The name leads where nobody outside could go. */
export class PrivateAddress extends Error {}

/** Answers every address of a host name. */
export type Lookup = (hostname: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/** Where names lead, and which addresses are this machine's own. */
export interface PostSurroundings {
  readonly lookup: Lookup;
  readonly ownAddresses: () => readonly string[];
}

const MOST_ANSWER_BYTES = 8_192;
const LARGEST_HEADERS = 16_384;

/**
 * A Post over `node:http`, because the address that was judged has to be the one that is connected to, whatever the name
 * service says a moment later (DNS rebinding): the `fetch` of Node cannot be told which address to take without another
 * package.
 */
export function createPost({ lookup, ownAddresses }: PostSurroundings): Post {
  return async ({ url, headers, body, allowPrivate }, signal) => {
    const isAllowed = allowPrivate ? () => true : outsideOf(ownAddresses);
    // Addresses that stand in the URL itself are connected to without asking the name service.
    const host = url.hostname.replace(/^\[|\]$/gu, '');
    if (isIP(host) !== 0 && !isAllowed(host)) throw new PrivateAddress();
    const options: RequestOptions & { readonly rejectUnauthorized: boolean } = {
      method: 'POST',
      headers: { 'user-agent': 'callsheet', ...headers, 'content-length': String(Buffer.byteLength(body)) },
      // A socket of its own: a kept one was connected under other rules, and a proxy would resolve the name again.
      agent: false,
      lookup: judged(lookup, isAllowed),
      maxHeaderSize: LARGEST_HEADERS,
      // Said aloud, because the environment can turn the default off.
      rejectUnauthorized: true,
      signal,
    };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
      // Both stay: an error after the answer began is told to its reader as well.
      request.on('response', resolve);
      request.on('error', reject);
      request.end(body);
    });
    const text = await beginningOf(answer);
    return { status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'], text };
  };
}

/** A Post with the machine's own name service and addresses. */
export const systemPost: Post = createPost({
  lookup: (hostname) => systemLookup(hostname, { all: true }),
  ownAddresses: () => Object.values(networkInterfaces()).flatMap((some = []) => some.map(({ address }) => address)),
});

function outsideOf(ownAddresses: () => readonly string[]): (address: string) => boolean {
  return (address) => isPublicAddress(address) && !ownAddresses().includes(address);
}

/** Resolves a name for one connection, which then takes an address that was judged here and no other. */
function judged(lookup: Lookup, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, { all }, callback) => {
    const found = lookup(hostname).then((addresses) => {
      const [first] = addresses;
      // All of them: which one the connection would take is not ours to guess.
      if (first === undefined || !addresses.every(({ address }) => isAllowed(address))) throw new PrivateAddress();
      return { first, addresses: [...addresses] };
    });
    found.then(
      ({ first, addresses }) =>
        all === true ? callback(null, addresses) : callback(null, first.address, first.family),
      (error: Error) => callback(error, []),
    );
  };
}

/** Reads no more than is worth quoting; a socket that is not used again may be cut. */
async function beginningOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MOST_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_ANSWER_BYTES).toString('utf8');
}
