import type { IncomingMessage } from 'node:http';
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { HostRule } from './host.ts';
import { OriginRule } from './origin.ts';
import { refuseCredentialInTarget } from './target.ts';

export interface PerimeterSettings {
  /** The address or name the gateway listens on. */
  readonly boundTo: string;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly requireOrigin: boolean;
  /** Where the world reaches the gateway: pages of this origin are its own, also behind a proxy that ends TLS. */
  readonly publicUrl?: string | undefined;
}

/** The part of a request the rules read; raw, because parsed headers hide that one came twice. */
export type Arriving = Pick<IncomingMessage, 'rawHeaders' | 'url'>;

/** Methods by which nothing happens (RFC 9110 §9.2.1). Browsers leave `Origin` out when their own page asks so. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What is asked of every request before anybody asks who sends it: is it for us, from a page we know, and discreet. */
export class Perimeter {
  readonly hosts: HostRule;
  readonly origins: OriginRule;
  readonly #requireOrigin: boolean;

  /** @throws Error for settings that can never fit a request */
  constructor({ boundTo, allowedHosts, allowedOrigins, requireOrigin, publicUrl }: PerimeterSettings) {
    this.hosts = new HostRule({ boundTo, allowed: allowedHosts, publicUrl });
    const own = publicUrl === undefined ? [] : [new URL(publicUrl).origin];
    this.origins = new OriginRule({ allowed: [...allowedOrigins, ...own], requireOrigin });
    this.#requireOrigin = requireOrigin;
  }

  /**
   * Admits an upgrade to a WebSocket, or refuses it.
   *
   * @throws CallError FORBIDDEN (host), ORIGIN_NOT_ALLOWED, UNAUTHENTICATED (credential in the URL)
   */
  admit(request: Arriving, secure: boolean): void {
    this.#checkOrigin(request, secure, true);
    refuseCredentialInTarget(request.url);
  }

  /**
   * The origin of the page that sends the request; undefined when it names none and may leave it out.
   *
   * @throws CallError FORBIDDEN (host), ORIGIN_NOT_ALLOWED
   */
  pageOf(request: Arriving & { readonly method?: string | undefined }, secure: boolean): string | undefined {
    return this.#checkOrigin(request, secure, !SAFE.has(request.method ?? ''));
  }

  /** The hook that asks the same of every HTTP request. */
  readonly onRequest: onRequestAsyncHookHandler = async (request: FastifyRequest) => {
    this.pageOf(request.raw, request.protocol === 'https');
    refuseCredentialInTarget(request.raw.url);
  };

  #checkOrigin({ rawHeaders }: Arriving, secure: boolean, mayBeRequired: boolean): string | undefined {
    const hosts = valuesOf(rawHeaders, 'host');
    const host = hosts[0];
    this.hosts.check(hosts.length > 1 ? hosts : host);
    const origins = valuesOf(rawHeaders, 'origin');
    // Several values joined are no origin, and so are refused by the rule itself.
    const origin = origins.length > 1 ? origins.join(', ') : origins[0];
    if (origin === undefined && !(mayBeRequired && this.#requireOrigin)) return undefined;
    const known = host !== undefined && this.hosts.vouchesFor(host) ? host : undefined;
    this.origins.check({ origin, host: known, secure });
    return origin;
  }
}

/** All values of a header, as they came: names and values take turns. */
function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}
