import { CallError } from '@callsheet/protocol';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Health } from '../health.ts';
import { refuse } from './refusal.ts';

export interface HttpDoorOptions {
  readonly log: FastifyBaseLogger;
  readonly health: () => Promise<Health> | Health;
  readonly nextRequestId: () => string;
}

/** Node waits a minute for headers and five for a body by default; a slow sender gets a tenth of that. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;

/** The HTTP door: health, assets and whatever else is registered on it, with the one error shape throughout. */
export function httpDoor({ log, health, nextRequestId }: HttpDoorOptions): FastifyInstance {
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: nextRequestId,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    bodyLimit: 1_048_576,
    frameworkErrors: (error, request, reply) => void refuse(request, reply, readable(error)),
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: 1_000, maxHeaderSize: 16_384 },
  });
  app.setErrorHandler((error, request, reply) => refuse(request, reply, readable(error)));
  app.setNotFoundHandler((request, reply) =>
    refuse(
      request,
      reply,
      new CallError('NOT_FOUND', `Cannot find this path; the gateway answers on /rpc and /health`),
    ),
  );
  app.get('/', async (_request, reply) =>
    reply
      .type('text/plain; charset=utf-8')
      .send(`Callsheet ${(await health()).version}: connect a WebSocket to /rpc\n`),
  );
  app.get('/health', async () => health());
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (_request, reply) => {
    const { status } = await health();
    return reply.code(status === 'ok' ? 200 : 503).send({ status });
  });
  return app;
}

/** Fastify's own refusals of bodies and headers, in the words of the error table. */
function readable(error: unknown): unknown {
  const status = (error as { statusCode?: number }).statusCode;
  if (status === 413) return new CallError('REQUEST_TOO_LARGE', 'Cannot take so large a body');
  if (status !== undefined && status >= 400 && status < 500) {
    return new CallError('INVALID_REQUEST', 'Cannot read the request', { cause: error });
  }
  return error;
}
