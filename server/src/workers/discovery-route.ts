import { prometheusTargets, type Registry } from '@callsheet/discovery';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Challenge } from '../doors/perimeter/challenge.ts';
import { refuse } from '../doors/refusal.ts';

export interface DiscoveryRouteOptions {
  readonly registry: Pick<Registry, 'workers'>;
  /** Lets pass whoever may see all workers (`services/list`). @throws CallError UNAUTHENTICATED, FORBIDDEN */
  readonly authorize: (request: FastifyRequest) => unknown;
  /** How a refusal says which credential would do. */
  readonly challenge?: Challenge | undefined;
}

/** `GET /v1/sd/prometheus` as a Fastify plug-in: whom Prometheus may scrape, for its `http_sd_configs`. */
export function discoveryRoute({ registry, authorize, challenge }: DiscoveryRouteOptions): FastifyPluginAsync {
  return async (app) => {
    app.setErrorHandler((error, request, reply) => refuse(request, reply, error, { challenge }));
    app.get('/v1/sd/prometheus', async (request, reply) => {
      await authorize(request);
      return reply.header('cache-control', 'no-store').send(prometheusTargets(registry));
    });
  };
}
