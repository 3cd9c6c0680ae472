import { randomBytes } from 'node:crypto';
import type { Redactor } from '@callsheet/monitoring';
import { CLOSE_CODES, type JsonObject, RPC_PATH } from '@callsheet/protocol';
import type { Logger } from 'pino';
import { collectAssets } from './assets/collect-regularly.ts';
import { auditFolder, auditKey, openAudit } from './audit/open-audit.ts';
import { Recorder } from './audit/recorder.ts';
import { openIdentities } from './auth/open-identities.ts';
import { type Clock, systemClock } from './clock.ts';
import { Closers } from './closers.ts';
import type { Environment } from './config/read-environment.ts';
import type { Config } from './config/settings.ts';
import { type Doors, openDoors } from './doors/open-doors.ts';
import { Perimeter } from './doors/perimeter/perimeter.ts';
import type { Health } from './health.ts';
import { alertMethods } from './methods/alerts.ts';
import { auditMethods } from './methods/audit.ts';
import { eventMethods } from './methods/events.ts';
import { healthMethods } from './methods/health.ts';
import { jobMethods } from './methods/jobs.ts';
import { keyMethods } from './methods/keys.ts';
import { metricsMethods } from './methods/metrics.ts';
import { sessionMethods } from './methods/session.ts';
import { methodTable } from './methods/table.ts';
import { toolMethods } from './methods/tools.ts';
import { TopicSources } from './methods/topics.ts';
import { traceMethods } from './methods/traces.ts';
import { metricsRoutes } from './observation/metrics-route.ts';
import { type Observation, openObservation } from './observation/open-observation.ts';
import { readingsOf } from './observation/readings.ts';
import { Schemas } from './pipeline/schemas.ts';
import { openRules } from './policy/open-rules.ts';
import { strangeTools } from './policy/strange-tools.ts';
import { openHouse } from './session/open-house.ts';
import { Traffic } from './session/traffic.ts';
import { openStorage } from './storage.ts';
import { VERSION } from './version.ts';
import { watchLog } from './watch-log.ts';
import { openWorkers } from './workers/open-workers.ts';
import { tellOfTools } from './workers/tell-of-tools.ts';
import { openWorkshop } from './workshop.ts';

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
  /** Any logger of pino: its lines are counted, and redacted when it is not the gateway's own. */
  readonly log: Logger;
  /** Knows the secrets of the configuration. */
  readonly redactor: Redactor;
  readonly clock?: Clock;
  /** Where a policy file may say the secret of the audit trail is; nothing is looked up when not given. */
  readonly env?: Environment;
  /** Calls back when the process ends without going down; the answer takes that back. Never calls back when not given. */
  readonly atExit?: (last: () => void) => () => void;
}

/** How long goodbyes are spread over, so that not all clients come back in one moment. */
const GOODBYE_SPREAD_MS = 2_000;
/** How long spans and notices of alerts that wait may take at the end. */
const LAST_NOTICES_MS = 3_000;

/**
 * Opens the storage, puts the house together, resumes unfinished jobs, and listens. A start that fails half way leaves
 * nothing open, and no key that nobody saw.
 */
export async function openGateway(config: Config, parts: GatewayParts): Promise<Gateway> {
  const opened = new Closers();
  try {
    return await assemble(config, parts, opened);
  } catch (error) {
    await opened.close().catch(() => {});
    throw error;
  }
}

async function assemble(
  config: Config,
  { log: given, redactor, clock = systemClock, env = {}, atExit = () => () => {} }: GatewayParts,
  opened: Closers,
): Promise<Gateway> {
  const { limits } = config;
  let observation: Observation | undefined;
  const { log, reading } = watchLog(given, {
    redactor,
    told: (level, fields, message) => observation?.logs?.line(level, fields, message),
  });
  const { policy, limiter, follow } = await openRules(config, { clock, log });
  const perimeter = new Perimeter({ ...config.server, boundTo: config.server.host });
  let localUrl = '';
  const baseUrl = (): string => config.server.publicUrl ?? localUrl;
  const socketUrl = (): string =>
    `${baseUrl()
      .replace(/^http/, 'ws')
      .replace(/(?<!\/)\/+$/, '')}${RPC_PATH}`;
  const storage = await openStorage(config, {
    ...{ clock, log, baseUrl },
    mayTouch: (principal, action, owner) => policy.can(principal, action, { owner }),
  });
  opened.add(() => storage.engine.close());
  opened.add(() => storage.events.close());
  const trail = await openAudit(config, { clock, log, redactor, env });
  opened.add(() => trail?.close());
  const recorder = trail && new Recorder({ trail, clock, policyVersion: () => policy.version });
  const requestPrefix = randomBytes(6).toString('base64url');
  let requests = 0;
  const nextRequestId = (): string => `req_${requestPrefix}_${(++requests).toString(36)}`;
  const workshop = openWorkshop(config, {
    ...{ storage, clock, log, nextRequestId, policy, limiter, recorder },
    clean: (told) => redactor.shapes(told, { links: 'keep' }),
  });
  opened.add(() => workshop.generation.close());
  opened.add(() => workshop.cluster.close());
  opened.add(() => workshop.keyed.close());
  const { catalogue, pipeline, runner } = workshop;
  const happened = (event: string, members: JsonObject): void => observation?.logs?.event(event, members);
  const workers = await openWorkers(config, { workshop, clock, log, policy, redactor, recorder, env, happened });
  opened.add(() => workers.close());
  const traffic = new Traffic();
  let openDoor: Doors | undefined;
  const readLog = (): ReturnType<typeof reading> => {
    const { lines, dropped } = reading();
    return { lines, dropped: dropped + (observation?.logs?.dropped ?? 0) };
  };
  observation = await openObservation(config, {
    ...{ clock, log, redactor, atExit },
    can: (principal, method) => policy.can(principal, method),
    readings: readingsOf({ workshop, storage, traffic, doors: () => openDoor, audit: trail, log: readLog }),
  });
  const { monitor, history, alerts, tracer } = observation;
  const watching = observation;
  opened.add(() => watching.close(LAST_NOTICES_MS));
  const began = clock.monotonic();
  let status: Health['status'] = 'starting';

  const health = (): Health => ({
    status,
    version: VERSION,
    engine: `embedded (${storage.engine.driver})`,
    uptimeSeconds: Math.round((clock.monotonic() - began) / 1000),
    connections: doors.connections,
    callsInFlight: doors.inFlight,
    tools: catalogue.size,
    jobs: runner.counts(),
  });
  const identities = await openIdentities(config, {
    ...{ storage, clock, log },
    isRole: (role) => policy.rules.roles.has(role),
    admitOrigin: (origin, allowed) => perimeter.origins.forKey(origin, allowed),
    onRefused: (at, means, error) => {
      log.info({ address: at.address, means, error: error.errorName }, 'refused a credential');
      recorder?.credentialRefused(at, means, error);
    },
    onLogin: (event) => recorder?.login(event),
  });
  opened.add(() => identities.close());
  const methods = methodTable(
    {
      ...sessionMethods({
        authenticate: (credential, at) => identities.authenticator.fromCredential(credential, at),
        limits,
        maxInFlight: limits.maxInFlight,
        heartbeatMs: limits.heartbeatMs,
        server: { name: 'callsheet', version: VERSION },
        gateways: () => [socketUrl()],
      }),
      ...toolMethods({ catalogue, pipeline, policy, recorder, now: () => clock.now() }),
      ...jobMethods({ desk: runner, catalogue, pipeline, recorder }),
      ...eventMethods(
        new TopicSources({ jobs: storage.events, services: workers.events, ...observation.topics }),
        () => `sub_${randomBytes(9).toString('base64url')}`,
        (principal, owner) => policy.can(principal, 'events/subscribe', { owner }),
      ),
      ...keyMethods({
        store: storage.keys,
        now: () => clock.now(),
        roles: () => [...policy.rules.roles.keys()],
        refresh: () => identities.refreshKeys(),
        recorder,
      }),
      ...auditMethods(trail && { trail, folder: auditFolder(config), key: await auditKey(config, env) }),
      ...workers.methods,
      ...metricsMethods(monitor && history && { monitor, history }),
      ...alertMethods({ alerting: alerts?.alerting, clock, recorder, changed: () => alerts?.remember() }),
      ...traceMethods(tracer),
      ...healthMethods(health),
    },
    new Schemas(),
  );
  const draining = (): boolean => status !== 'ok';
  const house = openHouse(config, {
    ...{ methods, policy, redactor, clock, draining, nextRequestId, log, traffic },
    demand: (principal, method) => policy.demand(principal, method),
    onRefused: (asker, method, error) => recorder?.methodRefused(asker, method, error),
  });
  const doors = await openDoors(config, {
    house,
    storage,
    identities,
    policy,
    limiter,
    perimeter,
    baseUrl,
    health,
    log,
    recorder,
    routes: (parts) => [
      ...workers.routes(parts),
      ...(monitor === undefined ? [] : metricsRoutes(config, { monitor, policy, ...parts })),
    ],
  });
  openDoor = doors;
  const dismiss = (): void => {
    doors.dismiss((identity) => identity.stillGood());
    workers.review();
  };
  identities.onChange(dismiss);
  const warnOfStrangeTools = (): void => {
    const tools = strangeTools(
      policy.rules,
      catalogue.list().map(({ name }) => name),
    );
    if (tools.length > 0 && config.policy.file !== undefined)
      log.warn({ tools }, 'the policy names tools that are not here');
  };
  warnOfStrangeTools();
  const unfollow = follow(() => {
    warnOfStrangeTools();
    workers.review();
    recorder?.did('policy', 'reload', { details: { version: policy.version } });
    doors.notifyAll('tools/list_changed', {});
  });
  const unwatch = tellOfTools(workshop, clock, () => doors.notifyAll('tools/list_changed', {}));
  const stopCollecting = collectAssets(storage, { clock, log });

  let down: Promise<void> | undefined;
  const goDown = async (deadlineMs: number): Promise<void> => {
    status = 'draining';
    happened('gateway.draining', { deadlineMs });
    stopCollecting();
    unwatch();
    workers.leave();
    unfollow();
    doors.notifyAll('session/draining', { deadlineMs });
    await Promise.all([doors.settled(deadlineMs), workshop.keyed.settled(deadlineMs), runner.drain(deadlineMs)]);
    alerts?.rest();
    await doors.closeAll(CLOSE_CODES.RESTART.code, 'the gateway restarts', deadlineMs > 0 ? GOODBYE_SPREAD_MS : 0);
    recorder?.did('gateway', 'stop', {});
    await opened.close();
  };
  const drain = (deadlineMs: number): Promise<void> => {
    down ??= goDown(deadlineMs);
    return down;
  };

  let firstKey: string | undefined;
  try {
    // First the address, because resumed jobs make links that name it; new work waits until they are queued again.
    localUrl = await doors.listen();
    await runner.start();
    workers.dial(doors);
    firstKey = await storage.makeFirstKey?.();
    status = 'ok';
    happened('gateway.started', { version: VERSION, url: localUrl });
    recorder?.did('gateway', 'start', { details: { version: VERSION, policy: policy.version, url: localUrl } });
    if (firstKey !== undefined) recorder?.did('key', 'first key', {});
  } catch (error) {
    await drain(0);
    throw error;
  }
  return {
    url: socketUrl(),
    httpUrl: localUrl,
    ...(firstKey !== undefined && { firstKey }),
    health,
    warm: () => workshop.generation.warm(),
    drain,
    close: () => drain(0),
  };
}
