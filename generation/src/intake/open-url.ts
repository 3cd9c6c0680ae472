import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { CallError } from '@callsheet/protocol';
import { type AddressPolicy, checkTarget, type Target } from './address-guard.ts';

export interface Opening {
  readonly policy: AddressPolicy;
  readonly signal: AbortSignal;
  /** Told whenever a step is done: an address found, an answer begun. */
  readonly onStep: () => void;
  /** Certificates to trust besides the platform's own, PEM. */
  readonly ca?: string;
}

const MOST_REDIRECTS = 3;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'callsheet' };
const LARGEST_HEADERS = 16_384;

/**
 * Begins to fetch a URL: every hop is checked, and connected to at the addresses that were checked. Answers a response of
 * status 200 whose body is as the server stored it. The reader destroys what it does not read to its end.
 *
 * @throws CallError URL_NOT_ALLOWED, UPSTREAM_ERROR with `http_status` in its details where there is one; the network's own
 *   error when the signal aborts
 */
export async function openUrl(text: string, opening: Opening): Promise<IncomingMessage> {
  let next = text;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    const target = await checkTarget(next, opening.policy);
    opening.signal.throwIfAborted();
    opening.onStep();
    const response = await get(target, opening);
    opening.onStep();
    const { statusCode: status = 0, headers } = response;
    if (status === 200 && (headers['content-encoding'] ?? 'identity') === 'identity') return response;
    response.destroy();
    if (status === 200) throw upstream(target, 'sends the file compressed though it was asked not to', 'encoded');
    if (!REDIRECTS.includes(status) || headers.location === undefined) throw badStatus(target, status);
    next = follow(headers.location, target);
  }
  throw new CallError(
    'UPSTREAM_ERROR',
    `Cannot fetch the URL: more than ${MOST_REDIRECTS} redirects; give the last one`,
    {
      retryable: false,
      details: { reason: 'redirects' },
    },
  );
}

function get(target: Target, { signal, ca }: Opening): Promise<IncomingMessage> {
  const { url } = target;
  const options: RequestOptions & { ca?: string; rejectUnauthorized: boolean } = {
    headers: HEADERS,
    // A socket of its own: a kept one was connected for somebody else, and a proxy would resolve the name again.
    agent: false,
    lookup: pinned(target),
    maxHeaderSize: LARGEST_HEADERS,
    // Said aloud, because the environment can turn the default off.
    rejectUnauthorized: true,
    signal,
    ...(ca !== undefined && { ca }),
  };
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
    request.once('response', resolve);
    // Stays for the life of the request: after the answer has begun, its reader hears of errors.
    request.on('error', (error) => reject(signal.aborted ? error : unreachable(target, error)));
    request.end();
  });
}

/** Gives the connection the addresses that were checked, whatever the name service says by now (DNS rebinding). */
function pinned({ addresses }: Target): LookupFunction {
  const records = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, { all }, callback) => {
    // A turn later, as every lookup: an address without a route fails at once, before anybody listens for the error.
    setImmediate(() => {
      if (all === true) callback(null, records);
      else callback(null, addresses[0], isIP(addresses[0]));
    });
  };
}

/** The absolute form, in the parser's own spelling; the next hop checks it. */
function follow(location: string, target: Target): string {
  if (!URL.canParse(location, target.url.href))
    throw upstream(target, 'redirects to something that is no URL', 'redirects');
  return new URL(location, target.url).href;
}

function badStatus(target: Target, status: number): CallError {
  const retryable = status === 408 || status === 429 || status >= 500;
  const sentence = `Cannot fetch from "${target.url.hostname}": it answered with HTTP status ${status}; check the URL`;
  return new CallError('UPSTREAM_ERROR', sentence, { retryable, details: { reason: 'status', http_status: status } });
}

function upstream({ url }: Target, what: string, reason: string): CallError {
  const sentence = `Cannot fetch from "${url.hostname}": it ${what}; give another URL`;
  return new CallError('UPSTREAM_ERROR', sentence, { retryable: false, details: { reason } });
}

function unreachable({ url }: Target, cause: Error): CallError {
  const code = 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : '';
  const sentence = `Cannot fetch from "${url.hostname}": the connection failed${code}; check the URL or try again`;
  return new CallError('UPSTREAM_ERROR', sentence, { retryable: true, cause, details: { reason: 'connection' } });
}
