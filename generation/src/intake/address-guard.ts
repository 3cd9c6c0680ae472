import { isIP } from 'node:net';
import { CallError } from '@callsheet/protocol';
import { canonicalAddress, isPublicAddress } from './public-address.ts';
import { isUnanswered } from './resolve-name.ts';

/** Answers every address of a host name; rejects, or answers none, for a name that has none. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

/** Where requests on behalf of a caller may go. */
export interface AddressPolicy {
  readonly allowHttp: boolean;
  /** `host:port`, host as the URL parser writes it: may be reached wherever they lead. */
  readonly allowPrivate: ReadonlySet<string>;
  readonly lookup: Lookup;
  /** The addresses of this machine, which are refused even when they are public. */
  readonly ownAddresses: () => readonly string[];
}

/** A URL that may be fetched, and the only addresses its host may be reached at. */
export interface Target {
  readonly url: URL;
  readonly addresses: readonly [string, ...string[]];
}

const LONGEST_URL = 2048;
/** A name with more addresses than this is no media server. */
const MOST_ADDRESSES = 64;

/**
 * Decides whether a URL may be fetched on behalf of a caller (server-side request forgery, OWASP API7:2023). Host names are
 * resolved here, once, and every address must be public; connect to the addresses of the answer and to no others.
 *
 * @throws CallError URL_NOT_ALLOWED. A name that leads inside and a name that does not exist get the same sentence, so that
 *   nobody learns names of the network inside. UPSTREAM_ERROR when the resolver itself does not answer.
 */
export async function checkTarget(text: string, policy: AddressPolicy): Promise<Target> {
  const url = checkUrl(text, policy);
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  const literal = isIP(host) !== 0;
  const addresses = literal ? [host] : await resolve(host, policy.lookup);
  if (!policy.allowPrivate.has(hostAndPort(url))) {
    const own = policy.ownAddresses().map(canonicalAddress);
    const outside = (address: string) => isPublicAddress(address) && !own.includes(canonicalAddress(address));
    // All of them: which one the connection would take is not ours to guess.
    if (addresses.length > MOST_ADDRESSES || !addresses.every(outside)) throw leadsNowhere(host);
  }
  const [first, ...others] = addresses;
  if (first === undefined || !addresses.every((address) => isIP(address) !== 0)) throw leadsNowhere(host);
  return { url, addresses: [first, ...others] };
}

/** @throws CallError URL_NOT_ALLOWED for what is wrong with the URL itself, before anything is looked up */
export function checkUrl(text: string, { allowHttp, allowPrivate }: AddressPolicy): URL {
  if (text.length > LONGEST_URL) throw refusal(`it is longer than ${LONGEST_URL} characters`, 'give a shorter one');
  // The URL parser drops tabs and line breaks and turns backslashes round; what it repairs, others read differently.
  if (/[\s\p{C}\\]/u.test(text)) throw refusal('it holds spaces, backslashes or invisible characters', 'encode them');
  const [, scheme = '', authority = ''] = /^([a-z]+):\/\/([^/?#]+)/iu.exec(text) ?? [];
  const wanted = allowHttp ? ['http', 'https'] : ['https'];
  if (!wanted.includes(scheme.toLowerCase())) {
    throw refusal(
      'its scheme is not allowed',
      `give a URL that begins with ${wanted.map((w) => `${w}://`).join(' or ')}`,
    );
  }
  const advice = 'give host, port and path alone';
  if (authority.includes('@')) throw refusal('it holds a user name or password', advice);
  if (!URL.canParse(text)) throw refusal('it cannot be read', advice);
  const url = new URL(text);
  if (url.hostname === '' || `${url.username}${url.password}` !== '') throw refusal('its host cannot be read', advice);
  if (url.port !== '' && !allowPrivate.has(hostAndPort(url))) {
    throw refusal(
      `its port "${url.port}" is not allowed`,
      'leave the port out, or ask the operator to allow this server',
    );
  }
  return url;
}

/** The pair that `allowPrivate` holds: the port is always said. */
function hostAndPort({ protocol, hostname, port }: URL): string {
  return `${hostname}:${port === '' ? (protocol === 'http:' ? 80 : 443) : port}`;
}

async function resolve(host: string, lookup: Lookup): Promise<readonly string[]> {
  try {
    return await lookup(host);
  } catch (cause) {
    if (!isUnanswered(cause)) throw leadsNowhere(host);
    throw new CallError('UPSTREAM_ERROR', `Cannot fetch from "${host}": the name service does not answer; try again`, {
      retryable: true,
      cause,
      details: { reason: 'name_service' },
    });
  }
}

/** No cause: it would tell names of the network inside from names that do not exist. */
function leadsNowhere(host: string): CallError {
  const sentence = `Cannot fetch from "${host.slice(0, 255)}": it is not a public server; give the URL of one, or ask the operator to allow this server`;
  return new CallError('URL_NOT_ALLOWED', sentence, { details: { reason: 'address' } });
}

/** The URL is not quoted: its query may hold a signature. */
function refusal(what: string, advice: string): CallError {
  return new CallError('URL_NOT_ALLOWED', `Cannot fetch the URL: ${what}; ${advice}`, { details: { reason: 'url' } });
}
