import type { Monitor } from '@callsheet/monitoring';
import type { FastifyPluginAsync } from 'fastify';
import type { Config } from '../config/settings.ts';
import { type ScraperGateParts, scraperGate } from './scraper-gate.ts';

export interface MetricsRoutesParts extends ScraperGateParts {
  readonly monitor: Pick<Monitor, 'scrape'>;
}

/**
 * `GET /metrics` as a Fastify plug-in, where the settings want it: Prometheus text, OpenMetrics or protobuf, by `Accept`.
 * Refusals are told by the error handler of the app.
 */
export function metricsRoutes(
  config: Config,
  { monitor, ...parts }: MetricsRoutesParts,
): readonly FastifyPluginAsync[] {
  if (!config.metrics.endpoint) return [];
  const admit = scraperGate(config, parts, 'metrics/snapshot');
  return [
    async (app) => {
      app.get('/metrics', async (request, reply) => {
        await admit(request);
        const { accept, 'accept-encoding': encoding } = request.headers;
        const { headers, body } = await monitor.scrape(accept, typeof encoding === 'string' ? encoding : undefined);
        return reply.headers({ ...headers, 'cache-control': 'no-store' }).send(body);
      });
    },
  ];
}
