import { CallError } from '@callsheet/protocol';
import type { FastifyPluginAsync } from 'fastify';
import { isBelow } from './below.ts';
import { quote } from './quote.ts';

export interface ProtectedResourceSettings {
  /** Where the world reaches the gateway: the public URL, or the address it listens on, known only after the start. */
  readonly baseUrl: () => string;
  /** Paths that are resources of their own beside the gateway as a whole. */
  readonly paths?: readonly string[];
  /** Issuers of tokens for this gateway. */
  readonly authorizationServers: readonly string[];
  readonly scopes?: readonly string[];
}

/** RFC 9728 §2. */
export interface ResourceMetadata {
  readonly resource: string;
  readonly authorization_servers?: readonly string[];
  readonly scopes_supported: readonly string[];
  readonly bearer_methods_supported: readonly ['header'];
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** Tells OAuth clients who issues tokens for this gateway (RFC 9728): the metadata, where it is, and the routes to it. */
export class ProtectedResource {
  readonly #baseUrl: () => string;
  readonly #paths: readonly string[];
  readonly #servers: readonly string[];
  readonly #scopes: readonly string[];

  /** @throws Error for an authorization server that is no http or https URL, and for a path that is none */
  constructor({ baseUrl, paths = ['/mcp'], authorizationServers, scopes }: ProtectedResourceSettings) {
    const odd = authorizationServers.find((url) => !/^https?:\/\//.test(url) || !URL.canParse(url));
    if (odd !== undefined) throw new Error(`Cannot name ${quote(odd)} as an authorization server: it is no URL`);
    const strange = paths.find((path) => !/^(?:\/[\w.~-]+)+$/.test(path));
    if (strange !== undefined) throw new Error(`Cannot describe ${quote(strange)}: expected a path such as "/mcp"`);
    this.#baseUrl = baseUrl;
    this.#paths = paths;
    this.#servers = authorizationServers;
    this.#scopes = scopes ?? ['tools:read', 'tools:call'];
  }

  /** Where the metadata for a request target is: what is no resource of its own belongs to the gateway as a whole. */
  readonly metadataUrl = (target?: string): string => {
    const base = new URL(this.#baseUrl());
    const path = this.#paths.find((own) => isBelow(target, [own])) ?? '';
    // RFC 9728 §3.1: inserted between the host and the path.
    return `${base.origin}${WELL_KNOWN}${trimmed(base.pathname)}${path}`;
  };

  /**
   * @param suffix what follows the well-known path, as a client or a proxy that takes the public path away sends it
   * @returns undefined when there is no such resource: §3.3 forbids to describe one as another
   */
  metadata(suffix: string): ResourceMetadata | undefined {
    const { origin, pathname } = new URL(this.#baseUrl());
    const own = trimmed(pathname);
    const path = ['', ...this.#paths].find((known) => suffix === `${own}${known}` || suffix === known);
    if (path === undefined) return undefined;
    return {
      resource: `${origin}${own}${path}`,
      // §3.2: a list without members is left out.
      ...(this.#servers.length > 0 && { authorization_servers: this.#servers }),
      scopes_supported: this.#scopes,
      bearer_methods_supported: ['header'],
    };
  }

  /** The routes as a Fastify plug-in. */
  routes(): FastifyPluginAsync {
    return async (app) => {
      for (const url of [WELL_KNOWN, `${WELL_KNOWN}/*`]) {
        app.get<{ Params: { '*'?: string } }>(url, async (request, reply) => {
          const rest = request.params['*'];
          const metadata = this.metadata(rest === undefined || rest === '' ? '' : `/${rest}`);
          if (metadata === undefined) throw new CallError('NOT_FOUND', 'Cannot describe this resource: there is none');
          return reply.header('cache-control', 'public, max-age=300').send(metadata);
        });
      }
    };
  }
}

function trimmed(path: string): string {
  return path.replace(/(?<!\/)\/+$/, '');
}
