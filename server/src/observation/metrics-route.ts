import { createHash, timingSafeEqual } from 'node:crypto';
import type { Scrape } from '@callsheet/monitoring';
import { CallError } from '@callsheet/protocol';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';

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

export function notShown(): CallError {
  return new CallError('UNAUTHENTICATED', 'Cannot show the metrics: send metrics.token or an API key along');
}
