import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Monitor, Scrape } from '@callsheet/monitoring';
import { CallError } from '@callsheet/protocol';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { isLoopback } from '../config/loopback.ts';
import type { Config } from '../config/settings.ts';
import type { Policy } from '../policy/policy.ts';
import type { RouteParts } from '../workers/open-workers.ts';

export interface MetricsRouteOptions {
  readonly scrape: (accept?: string, acceptEncoding?: string) => Promise<Scrape>;
  /** What a scraper may show instead of a credential; nothing when undefined. */
  readonly token: string | undefined;
  /** Who needs to show nothing. */
  readonly anyone: 'loopback' | 'always' | 'never';
  /** Whether a request comes from this machine, proxies seen through. */
  readonly isLocal: (request: FastifyRequest) => boolean;
  /** Lets pass whoever may see the measurements. @throws CallError UNAUTHENTICATED, FORBIDDEN */
  readonly authorize: (request: FastifyRequest) => unknown;
}

/**
 * `GET /metrics` as a Fastify plug-in: Prometheus text, OpenMetrics or protobuf, by `Accept`. Refusals are told by the error
 * handler of the app.
 */
export function metricsRoute(options: MetricsRouteOptions): FastifyPluginAsync {
  const { scrape, token, authorize } = options;
  const shown = token === undefined ? undefined : digest(`Bearer ${token}`);
  return async (app) => {
    app.get('/metrics', async (request, reply) => {
      const { authorization, accept, 'accept-encoding': encoding } = request.headers;
      const isKnown = shown !== undefined && timingSafeEqual(shown, digest(authorization ?? ''));
      if (!isKnown && !needsNothing(options, request)) await authorize(request);
      const { headers, body } = await scrape(accept, typeof encoding === 'string' ? encoding : undefined);
      return reply.headers({ ...headers, 'cache-control': 'no-store' }).send(body);
    });
  };
}

/** Where a token is configured, it is asked of everybody who shows nothing better. */
function needsNothing({ token, anyone, isLocal }: MetricsRouteOptions, request: FastifyRequest): boolean {
  if (anyone === 'always') return true;
  return token === undefined && anyone === 'loopback' && isLocal(request);
}

/** Of one length whatever was shown, so that the comparison tells nothing. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

export interface MetricsRoutesParts extends RouteParts {
  readonly monitor: Pick<Monitor, 'scrape'>;
  readonly policy: Pick<Policy, 'demand'>;
}

/** The route as the settings want it; none when they want none. */
export function metricsRoutes({ metrics }: Config, parts: MetricsRoutesParts): readonly FastifyPluginAsync[] {
  const { monitor, policy, identify, factsOf } = parts;
  if (!metrics.endpoint) return [];
  return [
    metricsRoute({
      scrape: monitor.scrape,
      token: metrics.token,
      anyone: metrics.anyone,
      isLocal: ({ raw }) => isFromHere(raw.headers) && isLoopback(factsOf(raw).address),
      authorize: async (request) => {
        const identity = await identify(request);
        if (identity === undefined) {
          const sentence = 'Cannot show the metrics: send an API key, a token, or the value of metrics.token as bearer';
          throw new CallError('UNAUTHENTICATED', sentence);
        }
        policy.demand(identity.principal, 'metrics/snapshot');
      },
    }),
  ];
}

/** Behind a proxy nobody told us of everybody seems to be on this machine, and a page is not who opened it. */
function isFromHere(headers: IncomingHttpHeaders): boolean {
  return headers['x-forwarded-for'] === undefined && headers.forwarded === undefined && headers.origin === undefined;
}
