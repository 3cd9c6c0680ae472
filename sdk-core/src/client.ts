import type { ToolInfo } from '@callsheet/protocol';
import type { BatchItem, BatchMode, BatchOptions, BatchResults, BatchRun } from './batch.ts';
import type { CallClient } from './call-client.ts';
import type { CallOptions } from './call-options.ts';
import type { CatalogOptions } from './catalog.ts';
import type { ClientDefaults, ClientStats } from './client-options.ts';
import type { JobProgress } from './job-events.ts';
import type { JobHandle } from './job-handle.ts';
import type { Invalidation } from './layers/cache-options.ts';
import type { AnyTools, In, Out } from './tool-types.ts';
import type { ToolMethods } from './tools-proxy.ts';
import type { TopicEvent } from './topic-event.ts';

/** Everything a client can do. */
export interface Client<T = AnyTools> extends CallClient<T> {
  readonly tools: ToolMethods<T>;
  /** Runs a tool as a durable job, once, however often the connection is lost meanwhile. */
  submit<K extends keyof T & string>(
    tool: K,
    args: In<T, K>,
    options?: CallOptions,
  ): Promise<JobHandle<Out<T, K>, JobProgress>>;
  /** Takes up a job by its id, e.g. after a restart. Its events start at `fromSeq`; all of them when not said. */
  job<R = unknown, P = JobProgress>(id: string, options?: { readonly fromSeq?: number }): JobHandle<R, P>;
  /** Events of a topic: from `fromSeq` on, or from now on. Ends by `break`; throws when `signal` aborts. */
  subscribe(
    topic: string,
    options?: { readonly fromSeq?: number; readonly signal?: AbortSignal },
  ): AsyncIterable<TopicEvent>;
  /** The tools the caller may use; those of the last minute, unless `refresh` asks the server. */
  catalog(options?: CatalogOptions): Promise<ToolInfo[]>;
  /** Many calls, some at a time: all results, or with mode `continue` what became of each. */
  batch<const A extends readonly BatchItem<T>[], M extends BatchMode = 'fail-fast'>(
    items: A,
    options?: BatchOptions<M>,
  ): BatchRun<BatchResults<T, A, M>>;
  /** Forgets answers that were kept: of one tool, under one tag, or all. */
  invalidate(what?: Invalidation): Promise<void>;
  /** Resolves when little of what was sent waits here: await it between many large calls. Rejects when the client closes. */
  ready(options?: { readonly signal?: AbortSignal }): Promise<void>;
  stats(): ClientStats;
  /** The same connections with other defaults; what is not said stays. Closing either closes both. */
  with(defaults: ClientDefaults): Client<T>;
}
