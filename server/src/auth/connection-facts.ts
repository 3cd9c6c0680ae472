import type { Identity } from './identity.ts';

/** What a connection says by itself, before any credential is looked at. */
export interface ConnectionFacts {
  /** Who is at the other end, as far as trusted proxies tell: an IP address. */
  readonly address: string;
  /** As the browser sent it. */
  readonly origin?: string;
  /** The request as sent: a signature covers it. */
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** The Host header as sent; empty when there was none. */
  readonly host: string;
  /** True over TLS. */
  readonly secure: boolean;
  /** Whom its client certificate stands for, when it showed a good one. */
  readonly certificate?: Identity;
}
