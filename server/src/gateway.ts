import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CLOSE_CODES, RPC_PATH } from '@callsheet/protocol';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { collectAssets } from './assets/collect-regularly.ts';
import { assetRoutes } from './assets/serve.ts';
import { Authenticator } from './auth/authenticate.ts';
import { followKeys } from './auth/follow-keys.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config/settings.ts';
import { httpDoor } from './doors/http.ts';
import { WebSocketDoor } from './doors/websocket.ts';
import type { Health } from './health.ts';
import { eventMethods } from './methods/events.ts';
import { healthMethods } from './methods/health.ts';
import { jobMethods } from './methods/jobs.ts';
import { sessionMethods } from './methods/session.ts';
import { methodTable } from './methods/table.ts';
import { toolMethods } from './methods/tools.ts';
import type { House } from './session/house.ts';
import { PrincipalWindows } from './session/in-flight.ts';
import { openStorage, type Storage } from './storage.ts';
import { VERSION } from './version.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

/** A gateway that is serving. */
export interface Gateway {
  /** Of the native door, e.g. `ws://127.0.0.1:8081/rpc`. */
  readonly url: string;
  /** Of the HTTP door, e.g. `http://127.0.0.1:8081`. */
  readonly httpUrl: string;
  /** The admin key just made: shown here once, kept only as a hash. Absent when there was any key before. */
  readonly firstKey?: string;
  health(): Health;
  /** Gets the tools ready before anybody asks. Never rejects. */
  warm(): Promise<void>;
  /** Goes down in good order: no new calls, answers what runs, leaves long jobs to the next start. */
  drain(deadlineMs: number): Promise<void>;
  /** Goes down at once. What is acknowledged is on disk. */
  close(): Promise<void>;
}

export interface GatewayParts {
  readonly log: Logger;
  readonly clock?: Clock;
}

/** How long goodbyes are spread over, so that not all clients come back in one moment. */
const GOODBYE_SPREAD_MS = 2_000;

/** Opens the storage, puts the house together, resumes unfinished jobs, and listens. */
export async function openGateway(config: Config, { log, clock = systemClock }: GatewayParts): Promise<Gateway> {
  let baseUrl = '';
  const storage = await openStorage(config, { clock, log, baseUrl: () => config.server.publicUrl ?? baseUrl });
  const requestPrefix = randomBytes(6).toString('base64url');
  let requests = 0;
  const nextRequestId = (): string => `req_${requestPrefix}_${(++requests).toString(36)}`;
  const workshop = openWorkshop(config, { storage, clock, log, nextRequestId });
  const authenticator = new Authenticator(storage.ring);
  const began = clock.monotonic();
  let status: Health['status'] = 'starting';

  const health = (): Health => ({
    status,
    version: VERSION,
    engine: `embedded (${storage.engine.driver})`,
    uptimeSeconds: Math.round((clock.monotonic() - began) / 1000),
    connections: door.connections,
    callsInFlight: door.inFlight,
    tools: workshop.catalogue.size,
    jobs: workshop.runner.counts(),
  });
  const methods = methodTable(
    {
      ...sessionMethods({
        authenticator,
        limits: config.limits,
        maxInFlight: config.limits.maxInFlight,
        heartbeatMs: config.limits.heartbeatMs,
        server: { name: 'callsheet', version: VERSION },
        gateways: () => [socketUrl(config.server.publicUrl ?? baseUrl)],
      }),
      ...toolMethods({ ...workshop, now: () => clock.now() }),
      ...jobMethods(workshop.runner, workshop.catalogue, workshop.pipeline),
      ...eventMethods(storage.events, () => `sub_${randomBytes(9).toString('base64url')}`),
      ...healthMethods(health),
    },
    workshop.schemas,
  );
  const house: House = {
    methods,
    limits: config.limits,
    maxInFlight: config.limits.maxInFlight,
    maxInFlightPerPrincipal: config.limits.maxInFlightPerPrincipal,
    windows: new PrincipalWindows(),
    maxOpeningBytes: config.limits.maxOpeningBytes,
    maxUnreadable: config.limits.maxUnreadable,
    draining: () => status !== 'ok',
    nextRequestId,
    onFault: (error, requestId, method) => log.error({ requestId, method, err: error.cause }, 'a fault of the gateway'),
    defer: process.nextTick,
  };
  const door = new WebSocketDoor({
    house,
    authenticator,
    maxConnections: config.server.maxConnections,
    openingTimeoutMs: config.limits.openingTimeoutMs,
    heartbeatMs: config.limits.heartbeatMs,
    heartbeatTimeoutMs: config.limits.heartbeatTimeoutMs,
    newSessionId: () => `ses_${randomBytes(16).toString('base64url')}`,
  });
  const http = httpDoor({ log, health, nextRequestId });
  await http.register(
    assetRoutes({
      store: storage.assets,
      links: storage.links,
      authenticate: (request) => authenticator.fromHeaders(request.headers),
    }),
  );
  door.attach(http.server as Server);
  const stopCollecting = collectAssets(storage, { clock, log });
  const unfollowKeys = followKeys(config.server.dataDir, log, (records) => {
    storage.ring.adopt(records);
    door.dismiss((principal) => storage.ring.admits(principal));
  });

  let down: Promise<void> | undefined;
  const goDown = async (deadlineMs: number): Promise<void> => {
    status = 'draining';
    stopCollecting();
    unfollowKeys();
    door.notifyAll('session/draining', { deadlineMs });
    await Promise.all([door.settled(deadlineMs), workshop.runner.drain(deadlineMs)]);
    const spreadMs = deadlineMs > 0 ? GOODBYE_SPREAD_MS : 0;
    await door.closeAll(CLOSE_CODES.RESTART.code, 'the gateway restarts', spreadMs);
    await http.close();
    await shut(storage, workshop);
  };
  const drain = (deadlineMs: number): Promise<void> => {
    down ??= goDown(deadlineMs);
    return down;
  };

  try {
    // First the address, because resumed jobs make links that name it; new work waits until they are queued again.
    baseUrl = await listen(http, config);
    await workshop.runner.start();
    status = 'ok';
  } catch (error) {
    await drain(0);
    throw error;
  }
  return {
    url: socketUrl(baseUrl),
    httpUrl: baseUrl,
    ...(storage.firstKey !== undefined && { firstKey: storage.firstKey }),
    health,
    warm: () => workshop.generation.warm(),
    drain,
    close: () => drain(0),
  };
}

async function listen(http: FastifyInstance, { server }: Config): Promise<string> {
  await http.listen({ host: server.host, port: server.port });
  const { address, port, family } = http.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function socketUrl(baseUrl: string): string {
  return `${baseUrl.replace(/^http/, 'ws').replace(/\/+$/, '')}${RPC_PATH}`;
}

async function shut({ events, engine }: Storage, { generation }: Workshop): Promise<void> {
  events.close();
  await generation.close();
  engine.close();
}
