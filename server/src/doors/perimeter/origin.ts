import { CallError } from '@callsheet/protocol';
import { readAuthority } from './authority.ts';
import { quote } from './quote.ts';

export interface OriginSettings {
  /** Origins whose pages may connect, each as browsers send it: `https://app.example.com`, `http://localhost:5173`. */
  readonly allowed: readonly string[];
  /** True: who names no origin is refused too, so only web pages may connect. */
  readonly requireOrigin: boolean;
}

/** What a request says about where it comes from and whom it means. */
export interface Provenance {
  /** The `Origin` header; undefined when there was none. */
  readonly origin: string | undefined;
  /** The `Host` header when the host rule vouches for it: a page of that host is a page of the gateway. */
  readonly host: string | undefined;
  /** Whether the request came over TLS. */
  readonly secure: boolean;
}

const FORM = /^https?:\/\/(?:\[[0-9a-f:]{2,39}\]|[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,126})(?::[0-9]{1,5})?$/;

/**
 * True for an http or https origin exactly as browsers serialise it (WHATWG HTML §7.1.1): lower case, no default port, no
 * path, no user name, no trailing dot.
 */
export function isOrigin(text: string): boolean {
  return FORM.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Decides which web pages may talk to the gateway: those it serves itself, and those on an exact list (RFC 6454). */
export class OriginRule {
  readonly #allowed: ReadonlySet<string>;
  readonly #requireOrigin: boolean;

  /** @throws Error for an entry that no browser would ever send */
  constructor({ allowed, requireOrigin }: OriginSettings) {
    const odd = allowed.find((origin) => !isOrigin(origin));
    if (odd !== undefined) {
      throw new Error(
        `Cannot allow the origin ${quote(odd)}: expected scheme, host and port as a browser sends them, such as "https://app.example.com"; patterns, paths and "null" are no origins`,
      );
    }
    this.#allowed = new Set(allowed);
    this.#requireOrigin = requireOrigin;
  }

  /** @throws CallError ORIGIN_NOT_ALLOWED */
  check({ origin, host, secure }: Provenance): void {
    if (origin === undefined) {
      if (!this.#requireOrigin) return;
      throw new CallError(
        'ORIGIN_NOT_ALLOWED',
        'Cannot connect without an Origin header: this gateway serves web pages only (server.require_origin)',
      );
    }
    if (this.#allowed.has(origin) || isSameOrigin(origin, host, secure)) return;
    throw new CallError(
      'ORIGIN_NOT_ALLOWED',
      `Cannot connect from the origin ${quote(origin)}: it is not allowed here; add it to server.allowed_origins`,
    );
  }

  /**
   * The narrower list of one credential: a page must be on it, even one the gateway serves itself. Without a list every
   * page that may connect may use the credential; an empty list keeps it from all pages.
   *
   * @throws CallError ORIGIN_NOT_ALLOWED
   */
  forKey(origin: string | undefined, allowedOrigins?: readonly string[]): void {
    if (origin === undefined || allowedOrigins === undefined || allowedOrigins.includes(origin)) return;
    throw new CallError(
      'ORIGIN_NOT_ALLOWED',
      `Cannot use this credential from the origin ${quote(origin)}: it is made for other pages; add the origin to its allowed_origins, or use another credential`,
    );
  }
}

function isSameOrigin(origin: string, host: string | undefined, secure: boolean): boolean {
  // Read first: a Host such as "good.example/@evil.example" must never become part of a URL.
  if (host === undefined || readAuthority(host) === undefined || !isOrigin(origin)) return false;
  const own = `${secure ? 'https' : 'http'}://${host}`;
  return URL.canParse(own) && new URL(own).origin === origin;
}
