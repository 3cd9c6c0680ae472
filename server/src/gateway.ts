import { randomBytes } from 'node:crypto';
import { CLOSE_CODES, RPC_PATH } from '@callsheet/protocol';
import type { Logger } from 'pino';
import { collectAssets } from './assets/collect-regularly.ts';
import type { Identities } from './auth/open-identities.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config/settings.ts';
import { openDoors } from './doors/open-doors.ts';
import { Perimeter } from './doors/perimeter/perimeter.ts';
import type { Health } from './health.ts';
import { Gcra } from './limits/gcra.ts';
import { parseRate } from './limits/rate-text.ts';
import { eventMethods } from './methods/events.ts';
import { healthMethods } from './methods/health.ts';
import { jobMethods } from './methods/jobs.ts';
import { sessionMethods } from './methods/session.ts';
import { methodTable } from './methods/table.ts';
import { toolMethods } from './methods/tools.ts';
import type { House } from './session/house.ts';
import { PrincipalWindows } from './session/in-flight.ts';
import { ResumeDesk } from './session/resume-desk.ts';
import { openStorage, type Storage } from './storage.ts';
import { openRules, openTrust } from './trust.ts';
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
  const { limits } = config;
  const { policy, limiter } = openRules(config);
  const perimeter = new Perimeter({ ...config.server, boundTo: config.server.host });
  let localUrl = '';
  const baseUrl = (): string => config.server.publicUrl ?? localUrl;
  const socketUrl = (): string => `${baseUrl().replace(/^http/, 'ws').replace(/\/+$/, '')}${RPC_PATH}`;
  const storage = await openStorage(config, {
    ...{ clock, log, baseUrl },
    mayTouch: (principal, action, owner) => policy.can(principal, action, { owner }),
  });
  const requestPrefix = randomBytes(6).toString('base64url');
  let requests = 0;
  const nextRequestId = (): string => `req_${requestPrefix}_${(++requests).toString(36)}`;
  const workshop = openWorkshop(config, { storage, clock, log, nextRequestId, policy, limiter });
  const began = clock.monotonic();
  let status: Health['status'] = 'starting';

  const health = (): Health => ({
    status,
    version: VERSION,
    engine: `embedded (${storage.engine.driver})`,
    uptimeSeconds: Math.round((clock.monotonic() - began) / 1000),
    connections: doors.connections,
    callsInFlight: doors.inFlight,
    tools: workshop.catalogue.size,
    jobs: workshop.runner.counts(),
  });
  const trust = await openTrust(config, {
    ...{ storage, policy, clock, log },
    admitOrigin: (origin, allowed) => perimeter.origins.forKey(origin, allowed),
    onRefused: ({ address }, means) => log.info({ address, means }, 'refused a credential'),
  });
  const methods = methodTable(
    {
      ...sessionMethods({
        authenticate: (credential, at) => trust.authenticator.fromCredential(credential, at),
        limits,
        maxInFlight: limits.maxInFlight,
        heartbeatMs: limits.heartbeatMs,
        server: { name: 'callsheet', version: VERSION },
        gateways: () => [socketUrl()],
      }),
      ...toolMethods({ ...workshop, policy, now: () => clock.now() }),
      ...jobMethods(workshop.runner, workshop.catalogue, workshop.pipeline),
      ...eventMethods(storage.events, () => `sub_${randomBytes(9).toString('base64url')}`),
      ...healthMethods(health),
    },
    workshop.schemas,
  );
  const pace = parseRate(config.rate.connection);
  const house: House = {
    methods,
    demand: (principal, method) => policy.demand(principal, method),
    limits,
    maxInFlight: limits.maxInFlight,
    maxInFlightPerPrincipal: limits.maxInFlightPerPrincipal,
    windows: new PrincipalWindows(),
    connectionRate: pace && new Gcra(pace),
    maxOpeningBytes: limits.maxOpeningBytes,
    maxUnreadable: limits.maxUnreadable,
    desk: new ResumeDesk(config.server.maxConnections),
    resumeWindowMs: limits.resumeWindowMs,
    history: { maxMessages: limits.maxResumeMessages, maxLength: limits.maxResumeBytes },
    clock,
    draining: () => status !== 'ok',
    nextRequestId,
    onFault: (error, requestId, method) => log.error({ requestId, method, err: error.cause }, 'a fault of the gateway'),
    defer: process.nextTick,
  };
  const doors = await openDoors(config, { house, storage, trust, policy, perimeter, baseUrl, health, log });
  trust.onChange(() => doors.dismiss((identity) => identity.stillGood()));
  const stopCollecting = collectAssets(storage, { clock, log });

  let down: Promise<void> | undefined;
  const goDown = async (deadlineMs: number): Promise<void> => {
    status = 'draining';
    stopCollecting();
    doors.notifyAll('session/draining', { deadlineMs });
    await Promise.all([doors.settled(deadlineMs), workshop.runner.drain(deadlineMs)]);
    await doors.closeAll(CLOSE_CODES.RESTART.code, 'the gateway restarts', deadlineMs > 0 ? GOODBYE_SPREAD_MS : 0);
    await shut(storage, workshop, trust);
  };
  const drain = (deadlineMs: number): Promise<void> => {
    down ??= goDown(deadlineMs);
    return down;
  };

  try {
    // First the address, because resumed jobs make links that name it; new work waits until they are queued again.
    localUrl = await doors.listen();
    await workshop.runner.start();
    status = 'ok';
  } catch (error) {
    await drain(0);
    throw error;
  }
  return {
    url: socketUrl(),
    httpUrl: localUrl,
    ...(storage.firstKey !== undefined && { firstKey: storage.firstKey }),
    health,
    warm: () => workshop.generation.warm(),
    drain,
    close: () => drain(0),
  };
}

async function shut({ events, engine }: Storage, { generation }: Workshop, trust: Identities): Promise<void> {
  events.close();
  await trust.close();
  await generation.close();
  engine.close();
}
