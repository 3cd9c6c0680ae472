import type { IncomingMessage, Server } from 'node:http';
import { CallError, UPLOAD_PATH, WORK_ASSETS_PATH } from '@callsheet/protocol';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { announcedDigest } from '../assets/content-digest.ts';
import { isHmacHeader } from '../auth/hmac/authorization-header.ts';
import { hashSignedBodies } from '../auth/hmac/raw-body.ts';
import type { Health } from '../health.ts';
import { giveUpUnread } from './give-up-unread.ts';
import type { Challenge } from './perimeter/challenge.ts';
import { guardHttp } from './perimeter/guard-http.ts';
import type { Perimeter } from './perimeter/perimeter.ts';
import { refuse } from './refusal.ts';
import { endSlowBodies } from './slow-bodies.ts';
import type { TlsFiles } from './tls/files.ts';

export interface HttpDoorOptions {
  readonly log: FastifyBaseLogger;
  readonly health: () => Promise<Health> | Health;
  readonly nextRequestId: () => string;
  readonly perimeter: Perimeter;
  readonly challenge: Challenge;
  /** Serves https when there; else http. */
  readonly tls: TlsFiles | undefined;
  /** How long a connection may take to send what it wants. */
  readonly handshakeTimeoutMs: number;
  /** How long a connection may stay without a request; three times as long an answer may stand unread. Default 10,000. */
  readonly giveUpMs?: number;
  /** TCP connections at once, WebSockets among them; more are hung up on before anything is read. Default: no bound. */
  readonly maxConnections?: number;
}

/** Connections that take too long are looked for so often. */
const LOOK_MS = 500;
const GIVE_UP_MS = 10_000;
/** How long a body may take beyond the headers: with the default for those, half a body is gone within 10 s. */
const BODY_TIMEOUT_MS = 1_000;

/** The HTTP door: health, assets and whatever else is registered on it, with the one error shape throughout. */
export function httpDoor(options: HttpDoorOptions): FastifyInstance {
  const { log, health, nextRequestId, perimeter, challenge, tls, handshakeTimeoutMs } = options;
  const { giveUpMs = GIVE_UP_MS, maxConnections } = options;
  const says = (request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply =>
    refuse(request, reply, readable(error), { challenge, ...(isUnknownType(error) && { status: 415 }) });
  // Node waits a minute for headers and five for a body by default.
  const patience = { headersTimeout: handshakeTimeoutMs, connectionsCheckingInterval: LOOK_MS, maxHeaderSize: 16_384 };
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: nextRequestId,
    // Node's would end every body alike.
    requestTimeout: 0,
    // Fastify's own are 72 s.
    keepAliveTimeout: giveUpMs,
    forceCloseConnections: 'idle',
    bodyLimit: 1_048_576,
    frameworkErrors: (error, request, reply) => void says(request, reply, error),
    ...(tls === undefined ? { http: patience } : { https: { ...tls.options, ...patience } }),
  });
  giveUpUnread(app.server as Server, giveUpMs);
  endSlowBodies(app.server as Server, handshakeTimeoutMs + BODY_TIMEOUT_MS, isFile);
  if (maxConnections !== undefined) app.server.maxConnections = maxConnections;
  guardHttp(app, perimeter);
  hashSignedBodies(app);
  app.setErrorHandler((error, request, reply) => says(request, reply, error));
  app.setNotFoundHandler((request, reply) =>
    says(request, reply, new CallError('NOT_FOUND', `Cannot find this path; the gateway answers on /rpc and /health`)),
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

/** Files may be large, and their routes have a pace of their own; but signed ones that do not say their hash are read before that. */
function isFile({ method, url = '', headers }: IncomingMessage): boolean {
  const [path] = url.split('?', 1);
  const takesFiles = (method === 'PUT' && path === WORK_ASSETS_PATH) || (method === 'POST' && path === UPLOAD_PATH);
  if (!takesFiles || !isHmacHeader(headers.authorization ?? '')) return takesFiles;
  return announcedDigest(headers['content-digest']) !== undefined;
}

/** What a page may send without asking is refused under HTTP's own number: the error table has no row of 415. */
function isUnknownType(error: unknown): boolean {
  return (error as { statusCode?: number }).statusCode === 415;
}

/** Fastify's own refusals of bodies and headers, in the words of the error table. */
function readable(error: unknown): unknown {
  const { statusCode: status, code } = error as { statusCode?: number; code?: string };
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY') {
    return new CallError('PARSE_ERROR', 'Cannot parse the body as JSON', { cause: error });
  }
  if (status === 413) return new CallError('REQUEST_TOO_LARGE', 'Cannot take so large a body');
  if (status !== undefined && status >= 400 && status < 500) {
    return new CallError('INVALID_REQUEST', 'Cannot read the request', { cause: error });
  }
  return error;
}
