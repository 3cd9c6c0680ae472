import { batch, type CallTool } from './batch.ts';
import { checkCallOptions } from './call-options.ts';
import type { Client } from './client.ts';
import type { ClientLayers } from './client-layers.ts';
import { WITH_RULES } from './client-options.ts';
import { coreClient } from './core-client.ts';
import type { House } from './house.ts';
import { readJob } from './job-events.ts';
import { type JobPort, remoteJob } from './job-handle.ts';
import { INVALIDATION } from './layers/cache-options.ts';
import { abortSignal, checkOptions, count, objectOf, oneOf, text } from './option-rules.ts';
import { toolParams } from './tool-call.ts';
import { toolsProxy } from './tools-proxy.ts';
import { unlessAborted } from './unless-aborted.ts';

/** How often it is looked whether sockets have written. No platform tells that in a page. Milliseconds. */
const LOOK_MS = 10;

const TOPIC = {
  topic: text,
  options: /* @__PURE__ */ objectOf<{ fromSeq?: number; signal?: AbortSignal }>({
    fromSeq: /* @__PURE__ */ count(1),
    signal: abortSignal,
  }),
};

/** The public face of a house. */
export function rpcClient<T>(house: House, layers: ClientLayers): Client<T> {
  const { engine, pool, catalog, subscriptions } = house;
  const { clock, wallClock, random, lowWaterBytes } = engine.settings;
  const { client: core, callTool, ask } = coreClient<T>(engine, layers.start);
  const jobs: JobPort = {
    clock,
    request: (method, params, options = {}) => ask(method, params, options),
    follow: (topic, after, signal) => subscriptions.follow(topic, after, signal),
  };
  /** Nothing secret depends on it. */
  const newKey = (): string => [wallClock(), random(), random()].join('-');

  const ready = async (signal: AbortSignal | undefined): Promise<void> => {
    while (pool.unsentBytes > lowWaterBytes && !signal?.aborted) {
      await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve));
    }
    // Rejects with the reason.
    if (pool.state === 'closed') await pool.connect();
  };

  const rest: Omit<Client<T>, keyof typeof core> = {
    tools: toolsProxy(callTool),
    async submit(tool, args, options = {}) {
      const params = toolParams(tool, args);
      checkCallOptions(tool, options);
      // A key, so that a submission whose answer was lost is never a second job.
      const { idempotencyKey = newKey() } = options;
      const given = { ...options, idempotencyKey };
      const job = readJob(await ask('jobs/submit', params, given, tool));
      return remoteJob(job.jobId, jobs, 0, job);
    },
    job(id, options = {}) {
      checkOptions('take up a job', { id, options }, { id: text, options: objectOf({ fromSeq: count(1) }) }, 'id');
      return remoteJob(id, jobs, (options.fromSeq ?? 1) - 1);
    },
    subscribe(topic, options = {}) {
      checkOptions('subscribe', { topic, options }, TOPIC, 'topic');
      const { fromSeq, signal } = options;
      return { [Symbol.asyncIterator]: () => subscriptions.follow(topic, fromSeq && fromSeq - 1, signal) };
    },
    catalog(options = {}) {
      checkOptions('read the catalogue', options, { cache: oneOf('use', 'refresh') });
      return catalog.load(options);
    },
    batch: (items, options) => batch(callTool as CallTool, items, options),
    async invalidate(what = {}) {
      checkOptions('invalidate', what, INVALIDATION);
      await layers.cache.invalidate(what);
    },
    ready(options = {}) {
      checkOptions('wait until ready', options, { signal: abortSignal });
      return unlessAborted(options.signal, 'waiting until ready', () => ready(options.signal));
    },
    stats: () => ({
      connections: pool.infos,
      calls: { ...engine.stats },
      cache: layers.cache.stats(),
      queue: { calls: engine.waiting.size, bytes: engine.waiting.length },
    }),
    with(defaults) {
      checkOptions('make a client of this one', defaults, WITH_RULES);
      return rpcClient(house, layers.with(defaults));
    },
  };
  return Object.assign(core, rest);
}
