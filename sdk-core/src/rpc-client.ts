import type { ToolInfo } from '@callsheet/protocol';
import { type BatchItem, type BatchMode, type BatchOptions, type BatchResults, type BatchRun, batch } from './batch.ts';
import type { CallOptions } from './call-options.ts';
import type { CatalogOptions } from './catalog.ts';
import type { Client } from './client.ts';
import type { ClientLayers } from './client-layers.ts';
import { type ClientDefaults, type ClientStats, WITH_RULES } from './client-options.ts';
import { CoreClient } from './core-client.ts';
import { ConnectionError } from './errors.ts';
import type { House } from './house.ts';
import { type JobProgress, readJob } from './job-events.ts';
import { type JobHandle, type JobPort, remoteJob } from './job-handle.ts';
import { INVALIDATION, type Invalidation } from './layers/cache-options.ts';
import { abortSignal, checkOptions, count, oneOf, text } from './option-rules.ts';
import { toolParams } from './tool-call.ts';
import type { In, Out } from './tool-types.ts';
import { type ToolMethods, toolsProxy } from './tools-proxy.ts';
import type { TopicEvent } from './topic-follower.ts';
import { unlessAborted } from './unless-aborted.ts';

/** How often it is looked whether sockets have written. No platform tells that in a page. Milliseconds. */
const LOOK_MS = 10;

/** The public face of a house. */
export class RpcClient<T> extends CoreClient<T> implements Client<T> {
  readonly tools: ToolMethods<T>;
  readonly #house: House;
  readonly #layers: ClientLayers;
  readonly #jobs: JobPort;

  constructor(house: House, layers: ClientLayers) {
    super(house.engine, layers.start);
    const { clock } = house.engine.settings;
    this.#house = house;
    this.#layers = layers;
    this.tools = toolsProxy<T>((tool, args, options) => this.callTool(tool, args, options ?? {}));
    this.#jobs = {
      clock,
      request: (method, params, options = {}) => this.ask(method, params, options),
      follow: (topic, after, signal) => house.subscriptions.follow(topic, after, signal),
    };
  }

  async submit<K extends keyof T & string>(
    tool: K,
    args: In<T, K>,
    options: CallOptions = {},
  ): Promise<JobHandle<Out<T, K>, JobProgress>> {
    // A key, so that a submission whose answer was lost is never a second job.
    const { idempotencyKey = this.#house.newKey() } = options;
    const job = readJob(await this.ask('jobs/submit', toolParams(tool, args), { ...options, idempotencyKey }, tool));
    return remoteJob(job.jobId, this.#jobs, 0, job);
  }

  job<R = unknown, P = JobProgress>(id: string, options: { readonly fromSeq?: number } = {}): JobHandle<R, P> {
    const wrong = text(id);
    if (wrong !== undefined) throw new TypeError(`Cannot take up a job: the id: ${wrong}`);
    checkOptions(`take up job "${id}"`, options, { fromSeq: count(1) });
    return remoteJob(id, this.#jobs, (options.fromSeq ?? 1) - 1);
  }

  subscribe(
    topic: string,
    options: { readonly fromSeq?: number; readonly signal?: AbortSignal } = {},
  ): AsyncIterable<TopicEvent> {
    checkOptions(`subscribe to "${topic}"`, options, { fromSeq: count(1), signal: abortSignal });
    const after = options.fromSeq === undefined ? undefined : options.fromSeq - 1;
    const { subscriptions } = this.#house;
    return { [Symbol.asyncIterator]: () => subscriptions.follow(topic, after, options.signal) };
  }

  catalog(options: CatalogOptions = {}): Promise<ToolInfo[]> {
    checkOptions('read the catalogue', options, { cache: oneOf('use', 'refresh') });
    return this.#house.catalog.load(options);
  }

  batch<const A extends readonly BatchItem<T>[], M extends BatchMode = 'fail-fast'>(
    items: A,
    options?: BatchOptions<M>,
  ): BatchRun<BatchResults<T, A, M>> {
    return batch<T, A, M>((tool, args, given) => this.callTool(tool, args, given ?? {}), items, options);
  }

  async invalidate(what: Invalidation = {}): Promise<void> {
    checkOptions('invalidate', what, INVALIDATION);
    await this.#layers.cache.invalidate(what);
  }

  ready(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    checkOptions('wait until ready', options, { signal: abortSignal });
    return unlessAborted(options.signal, 'waiting until ready', () => this.#ready(options.signal));
  }

  stats(): ClientStats {
    const { caller, pool } = this.engine;
    return {
      connections: pool.infos,
      calls: { ...caller.stats },
      cache: this.#layers.cache.stats(),
      queue: caller.waiting,
    };
  }

  with(defaults: ClientDefaults): Client<T> {
    checkOptions('make a client of this one', defaults, WITH_RULES);
    return new RpcClient<T>(this.#house, this.#layers.with(defaults));
  }

  async #ready(signal: AbortSignal | undefined): Promise<void> {
    const { settings } = this.engine;
    while (this.engine.unsentBytes > settings.lowWaterBytes && !signal?.aborted) {
      await new Promise<void>((resolve) => void settings.clock.after(LOOK_MS, resolve));
    }
    if (this.state === 'closed') throw new ConnectionError('CLOSED', 'Cannot get ready: the client was closed');
  }
}
