import { isIP } from 'node:net';
import type { OptionRule } from '../notify/option-rules.ts';
import { isPublicAddress } from './public-address.ts';

export interface AddressOptions {
  /** Kept secret: whoever knows it may be able to post. */
  readonly url: string;
  /**
   * Whether it may lead to private addresses, loopback and this machine; false when not said. URLs come from people, and
   * what they post to must not be a service inside that trusts whoever reaches it.
   */
  readonly allowPrivate?: boolean;
}

const LONGEST_URL = 2_048;

export const urlRule: OptionRule = {
  expected: `an http or https URL of at most ${LONGEST_URL} characters`,
  fits: (value) => typeof value === 'string' && value.length <= LONGEST_URL && URL.canParse(value),
  required: true,
  secret: true,
};

/**
 * The URL, checked as far as it can be without asking a name service; the rest is done whenever somebody connects.
 *
 * @param plain whether http without encryption will do
 * @throws TypeError that does not quote it: its path or query is often all the credential there is
 */
export function readAddress(doing: string, { url: text, allowPrivate = false }: AddressOptions, plain: boolean): URL {
  const refused = (why: string) => new TypeError(`Cannot ${doing}: the option "url" ${why}`);
  // The URL parser drops tabs and line breaks and turns backslashes round; what it repairs, others read differently.
  if (/[\s\p{C}\\]/u.test(text)) throw refused('holds spaces, backslashes or invisible characters; encode them');
  const url = new URL(text);
  const schemes = plain || allowPrivate ? ['https:', 'http:'] : ['https:'];
  if (!schemes.includes(url.protocol)) {
    throw refused(`has the scheme "${url.protocol.slice(0, 20)}"; use ${schemes.join(' or ')}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw refused('holds a user name or password; send them in the option "headers", where the channel has it');
  }
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  if (isIP(host) !== 0 && !allowPrivate && !isPublicAddress(host)) {
    throw refused('leads to an address that is not public; set allowPrivate to true if that is meant');
  }
  return url;
}
