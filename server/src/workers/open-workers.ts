import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { Redactor } from '@callsheet/monitoring';
import type { JsonObject } from '@callsheet/protocol';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Recorder } from '../audit/recorder.ts';
import type { ConnectionFacts } from '../auth/connection-facts.ts';
import type { Identity } from '../auth/identity.ts';
import type { Clock } from '../clock.ts';
import type { Environment } from '../config/read-environment.ts';
import type { Config } from '../config/settings.ts';
import { frameLimits } from '../doors/websocket.ts';
import type { Method } from '../methods/method.ts';
import { serviceMethods } from '../methods/services.ts';
import { workMethods } from '../methods/work.ts';
import { scraperGate } from '../observation/scraper-gate.ts';
import type { Policy } from '../policy/policy.ts';
import type { Workshop } from '../workshop.ts';
import { workAssetRoute } from './asset-route.ts';
import { DialledWorkers, type DialledWorkersParts } from './dial/dialled-workers.ts';
import { discoveryRoute } from './discovery-route.ts';
import { logWorkers } from './log-workers.ts';
import { NoveltyBudget } from './novelty-budget.ts';
import { Registrations } from './registrations.ts';
import { RequestIds } from './request-ids.ts';
import { ServiceEvents } from './service-events.ts';
import { openUpstreams } from './upstream/open-upstreams.ts';
import { WorkDesk } from './work-desk.ts';

export interface WorkersParts {
  readonly workshop: Workshop;
  readonly clock: Clock;
  readonly log: Logger;
  readonly policy: Policy;
  readonly redactor: Redactor;
  /** Absent when the gateway keeps no audit trail. */
  readonly recorder: Recorder | undefined;
  /** Where the settings may say that credentials for other servers are. */
  readonly env: Environment;
  /** Told who came, was lost or left. */
  readonly happened: (event: string, members: JsonObject) => void;
}

/** What the doors tell the routes of workers. */
export interface RouteParts {
  /** What a request says by itself: among it the address it comes from, proxies seen through. */
  readonly factsOf: (request: IncomingMessage) => ConnectionFacts;
  readonly identify: (request: FastifyRequest) => Identity | undefined | Promise<Identity | undefined>;
}

/** What the doors do for whoever is dialled. */
export interface DialDoors {
  readonly adopt: DialledWorkersParts['welcome'];
  readonly serves: (sessionId: string) => boolean;
}

/** Everybody outside this process who serves tools here, and the ways in for them. */
export interface Workers {
  readonly methods: Readonly<Record<string, Method>>;
  /** The topic `services`. */
  readonly events: ServiceEvents;
  routes(parts: RouteParts): readonly FastifyPluginAsync[];
  /** Rights have changed: ends the registrations of those who may not offer any more what they do. */
  review(): void;
  /** Dials whom the settings name, once the doors are open. */
  dial(doors: DialDoors): void;
  /** Dials nobody any more; connections end with the doors. */
  leave(): void;
  /** Ends what is still open. */
  close(): void;
}

/** Tools that speak of what this gateway itself keeps: another's would speak of something else. */
const RESERVED: ReadonlySet<string> = new Set(['get_generation_status']);

/** Nobody is let in or dialled yet. @throws Error for an upstream's list of tools that cannot be used */
export async function openWorkers(config: Config, parts: WorkersParts): Promise<Workers> {
  const { workshop, clock, log, policy, redactor, recorder, env, happened } = parts;
  const { workers, limits } = config;
  const { cluster, catalogue, runner, offers } = workshop;
  const ids = new RequestIds(randomBytes(9).toString('base64url'));
  const budget = new NoveltyBudget({
    clock,
    spent: () => catalogue.charactersCompiled + cluster.registry.charactersDefined,
  });
  const registrations = new Registrations({
    ...{ ids, clock, registry: cluster.registry, health: cluster.health, returning: runner },
    budget,
    mayOffer: (principal, tool) => !RESERVED.has(tool) && offers(tool) && policy.can(principal, `offer/${tool}`),
    checkTools: (tools) => catalogue.check(tools),
    graceMs: workers.graceMs,
    keepJobsMs: workers.keepJobsMs,
    redact: (text) => redactor.text(text),
  });
  const events = new ServiceEvents({
    ...{ clock, log, registry: cluster.registry },
    mayFollow: (principal) => policy.can(principal, 'services/list'),
  });
  const stopLogging = logWorkers(cluster.registry, log, happened);
  const credentials = {
    env,
    readFile: (path: string) => readFile(path, 'utf8'),
    knows: (secrets: Iterable<string>) => redactor.knows(secrets),
  };
  // Nobody is dialled before the doors are open.
  let doors: DialDoors | undefined;
  const dialling = {
    ...credentials,
    ...{ clock, log, random: Math.random, connectTimeoutMs: limits.handshakeTimeoutMs },
  };
  const frames = frameLimits(limits);
  const dialled = new DialledWorkers(workers.dial, {
    ...dialling,
    limits: frames,
    welcome: (...connection) => doors?.adopt(...connection),
  });
  const upstreams = await openUpstreams(workers.upstreams, {
    ...dialling,
    ...{ ids, frames, limits, budget, registry: cluster.registry, health: cluster.health },
    mayServe: offers,
    reserved: RESERVED,
    checkTools: (tools) => catalogue.check(tools),
    serves: (sessionId) => doors?.serves(sessionId) === true,
    mostHeldBytes: limits.giveUpBytes,
    deadAfterMs: workers.deadAfterMs,
  });
  const fleet = {
    registry: cluster.registry,
    list: () => ({ ...cluster.list(), dialled: dialled.dialled(), upstreams: upstreams.list() }),
    explain: (tool: string) => cluster.explain(tool),
  };
  return {
    methods: { ...serviceMethods(registrations, fleet, recorder), ...workMethods(new WorkDesk(registrations)) },
    events,
    routes: ({ identify, factsOf }) => [
      workAssetRoute({
        ...{ registrations, clock },
        maxBytes: workers.maxAssetBytes,
        authenticate: async (request) => {
          const principal = (await identify(request))?.principal;
          if (principal !== undefined) policy.demand(principal, 'services/register');
          return principal;
        },
      }),
      discoveryRoute({
        registry: cluster.registry,
        authorize: scraperGate(config, { policy, identify, factsOf }, 'services/list'),
      }),
    ],
    review: () => registrations.review(),
    dial: (opened) => {
      doors = opened;
      dialled.start();
      upstreams.start();
    },
    leave: () => dialled.leave(),
    close: () => {
      upstreams.close();
      dialled.close();
      stopLogging();
      events.close();
    },
  };
}
