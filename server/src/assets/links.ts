import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

export interface SignedLinkOptions {
  /** A secret key of at least 32 bytes. Another key makes every link given out before useless. */
  readonly key: KeyObject;
  /** How long a link is good, in seconds; 7 days when not said. */
  readonly ttlSeconds?: number;
  /** Where the world reaches the gateway, e.g. `http://127.0.0.1:8081`; asked each time: the port is known only after listening. */
  readonly baseUrl: () => string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** What the query of a request says about its right: nothing, a good link, one that was good, or a wrong one. */
export type LinkCheck =
  | { readonly state: 'absent' }
  | { readonly state: 'invalid' }
  | { readonly state: 'expired' }
  | { readonly state: 'valid'; readonly secondsLeft: number };

const DEFAULT_TTL_SECONDS = 7 * 86_400;
const EXPIRY = /^[1-9][0-9]{0,11}$/;

/**
 * Links that carry their own right: `?exp=<unix s>&sig=<base64url>`, where the signature is HMAC-SHA256 over method,
 * path and expiry, joined by line feeds. Whoever has the link may read that one file until then.
 */
export class SignedLinks {
  readonly #key: KeyObject;
  readonly #ttlSeconds: number;
  readonly #baseUrl: () => string;
  readonly #now: () => number;

  constructor({ key, ttlSeconds = DEFAULT_TTL_SECONDS, baseUrl, now = Date.now }: SignedLinkOptions) {
    if (key.type !== 'secret' || (key.symmetricKeySize ?? 0) < 32) {
      throw new RangeError(
        'Cannot sign links: the key is not a secret of 32 bytes or more; make it with randomBytes(32)',
      );
    }
    if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 1) {
      throw new RangeError(`Cannot sign links for ${ttlSeconds} s: give a whole number of seconds, 1 or more`);
    }
    this.#key = key;
    this.#ttlSeconds = ttlSeconds;
    this.#baseUrl = baseUrl;
    this.#now = now;
  }

  /** An absolute URL for a path of this gateway, good for the time to live. */
  url(path: string): string {
    const expiry = String(this.#seconds() + this.#ttlSeconds);
    return `${this.#baseUrl().replace(/(?<!\/)\/+$/, '')}${path}?exp=${expiry}&sig=${this.#sign(path, expiry)}`;
  }

  /** Checks `exp` and `sig` of a GET or HEAD request for `path` (as sent, without the query). */
  check(path: string, query: URLSearchParams): LinkCheck {
    const signature = only(query, 'sig');
    const expiry = only(query, 'exp');
    if (signature === undefined && expiry === undefined) return { state: 'absent' };
    if (!signature || !expiry || !EXPIRY.test(expiry)) return { state: 'invalid' };
    // The text is compared, not the bytes it stands for: base64url has several spellings of the last character.
    if (!equal(signature, this.#sign(path, expiry))) return { state: 'invalid' };
    const secondsLeft = Number(expiry) - this.#seconds();
    return secondsLeft > 0 ? { state: 'valid', secondsLeft } : { state: 'expired' };
  }

  #sign(path: string, expiry: string): string {
    return createHmac('sha256', this.#key).update(`GET\n${path}\n${expiry}`).digest('base64url');
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }
}

/** A value given exactly once; '' when it was given several times, which no link of ours does. */
function only(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  return values.length > 1 ? '' : values[0];
}

function equal(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
