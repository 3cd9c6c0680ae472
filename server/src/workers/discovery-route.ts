import { prometheusTargets, type Registry } from '@callsheet/discovery';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';

export interface DiscoveryRouteOptions {
  readonly registry: Pick<Registry, 'workers'>;
  /** Lets pass whoever may see all workers (`services/list`). @throws CallError UNAUTHENTICATED, FORBIDDEN */
  readonly authorize: (request: FastifyRequest) => unknown;
}

/**
 * `GET /v1/sd/prometheus` as a Fastify plug-in: whom Prometheus may scrape, for its `http_sd_configs`. Refusals are
 * told by the error handler of the app.
 */
export function discoveryRoute({ registry, authorize }: DiscoveryRouteOptions): FastifyPluginAsync {
  return async (app) => {
    app.get('/v1/sd/prometheus', async (request, reply) => {
      await authorize(request);
      return reply.header('cache-control', 'no-store').send(prometheusTargets(registry));
    });
  };
}
