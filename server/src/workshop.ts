import { Cluster } from '@callsheet/discovery';
import { createGeneration, type Generation } from '@callsheet/generation';
import type { Tool, ToolLog } from '@callsheet/protocol';
import type { Recorder } from './audit/recorder.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/settings.ts';
import { contextForJob, type HostParts } from './host/context.ts';
import { nestedCalls } from './host/nested-calls.ts';
import { generationStatusTool } from './host/status-tool.ts';
import { KeptCalls } from './idempotency/kept-calls.ts';
import { KeyedCalls } from './idempotency/keyed-calls.ts';
import { JobRunner } from './jobs/runner.ts';
import type { CallLimiter } from './limits/call-limiter.ts';
import { allow } from './pipeline/allow.ts';
import { audit } from './pipeline/audit.ts';
import { Catalogue } from './pipeline/catalogue.ts';
import { checkArguments } from './pipeline/check-arguments.ts';
import { dispatch } from './pipeline/dispatch.ts';
import { idempotency } from './pipeline/idempotency.ts';
import { compose, type Handler } from './pipeline/layer.ts';
import { limitRate } from './pipeline/limit-rate.ts';
import { OfferedSchemas } from './pipeline/schemas.ts';
import { inputLimits } from './policy/layers/input-limits.ts';
import { pathSandbox } from './policy/layers/path-sandbox.ts';
import { writeSwitch } from './policy/layers/write-switch.ts';
import { thisMachine } from './policy/paths/place.ts';
import { matches } from './policy/pattern.ts';
import type { Policy } from './policy/policy.ts';
import type { Storage } from './storage.ts';
import { clusterOptions } from './workers/cluster-options.ts';
import { WorkerPlaces } from './workers/job-places.ts';
import { serveOwnTools } from './workers/own-tools.ts';

/** The road of a call behind the doors: the tools, who may use them, and what runs them. */
export interface Workshop {
  /** Everybody who can do the work, this process among them. */
  readonly cluster: Cluster;
  readonly catalogue: Catalogue;
  readonly pipeline: Handler;
  readonly runner: JobRunner;
  readonly generation: Generation;
  /** Calls under an idempotency key. */
  readonly keyed: KeyedCalls;
  /** Whether this house offers a tool of that name, whoever serves it. */
  readonly offers: (tool: string) => boolean;
}

export interface WorkshopParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: ToolLog;
  readonly nextRequestId: () => string;
  readonly policy: Policy;
  readonly limiter: CallLimiter;
  /** Absent when the gateway keeps no audit trail. */
  readonly recorder: Recorder | undefined;
  /** Takes secrets out of what jobs tell. */
  readonly clean: <T>(told: T) => T;
}

/** Introduces the tools to the gateway and puts the pipeline together, once. */
export function openWorkshop(config: Config, parts: WorkshopParts): Workshop {
  const { storage, clock, log, nextRequestId, policy, limiter, recorder, clean } = parts;
  const cluster = new Cluster({ clock, random: Math.random, log, options: clusterOptions(config) });
  const generation = createGeneration(generationOptions(config));
  const offers = (name: string): boolean =>
    config.tools.allow.some((pattern) => matches(pattern, name)) &&
    !config.tools.deny.some((pattern) => matches(pattern, name));
  const own = ownTools(config, generation.tools, () => runner).filter(({ name }) => offers(name));
  const slots = new Map(own.map((tool) => [tool.name, tool.slots ?? 'cpu']));
  const ownWorker = serveOwnTools(cluster.registry, own);
  const catalogue = new Catalogue({
    registry: cluster.registry,
    clock,
    absenceMs: config.workers.queueWaitMs,
    schemas: new OfferedSchemas(),
    slotsOf: (name) => slots.get(name),
  });
  const host: HostParts & { clock: Clock } = {
    assets: storage.assets,
    scratch: storage.scratch,
    log,
    clock,
    call: nestedCalls({ catalogue, pipeline: () => pipeline, nextRequestId, clock }),
  };
  const runner = new JobRunner({
    ledger: storage.ledger,
    tools: (name, route) => catalogue.find(name, route),
    places: new WorkerPlaces(cluster, ownWorker),
    contextFor: (run) => contextForJob(host, run),
    slots: { cpu: config.jobs.cpuSlots, network: config.jobs.networkSlots },
    clock,
    log,
    clean,
    mostUnfinished: ({ role }) => policy.rules.limits.get(role)?.jobs,
    limits: {
      maxQueued: config.jobs.maxQueued,
      retentionDays: config.jobs.retentionDays,
      keepJobsMs: config.workers.keepJobsMs,
    },
  });
  const keyed = new KeyedCalls({
    clock,
    kept: new KeptCalls({ stored: storage.keyedCalls, limits: config.idempotency, clock, log, clean }),
    mostRunning: ({ role }) => policy.rules.limits.get(role)?.inFlight ?? config.limits.maxInFlightPerPrincipal,
    unheard: (call, outcome) => recorder?.unheard(call, outcome),
  });
  const pipeline = compose(
    [
      ...(recorder === undefined ? [] : [audit(recorder)]),
      allow(policy),
      writeSwitch(policy),
      limitRate(limiter),
      inputLimits(policy),
      checkArguments(),
      pathSandbox(policy, thisMachine(config.server.dataDir)),
      idempotency(keyed),
    ],
    dispatch({ host, cluster, runner, events: storage.events }),
  );
  return { cluster, catalogue, pipeline, runner, generation, keyed, offers };
}

/** What this process serves itself. What tells of its own jobs, no other could. */
function ownTools({ workers }: Config, tools: readonly Tool[], runner: () => JobRunner): readonly Tool[] {
  const status = generationStatusTool({ get: (principal, jobId) => runner().get(principal, jobId) });
  return workers.local ? [...tools, status as Tool] : [status as Tool];
}

function generationOptions({ tools, llm, ollama, jobs, intake }: Config): Parameters<typeof createGeneration>[0] {
  const { baseUrl, apiKey, model } = llm;
  return {
    diagnostics: tools.diagnostics,
    threads: jobs.cpuSlots + 1,
    ...(tools.ffmpegPath !== undefined && { ffmpegPath: tools.ffmpegPath }),
    ...(baseUrl !== undefined &&
      model !== undefined && { llm: { baseUrl, model, ...(apiKey !== undefined && { apiKey }) } }),
    intake,
    ollama: { detect: ollama.detect, ...(ollama.url !== undefined && { url: ollama.url }) },
  };
}
