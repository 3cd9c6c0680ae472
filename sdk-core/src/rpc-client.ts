import type { ToolInfo } from '@callsheet/protocol';
import type { CallOptions } from './call-options.ts';
import type { CatalogOptions } from './catalog.ts';
import type { Client } from './client.ts';
import { CoreClient } from './core-client.ts';
import type { House } from './house.ts';
import type { Start } from './invocation.ts';
import { type JobProgress, readJob } from './job-events.ts';
import { type JobHandle, type JobPort, remoteJob } from './job-handle.ts';
import { abortSignal, checkOptions, count, oneOf, text } from './option-rules.ts';
import { toolParams } from './tool-call.ts';
import type { In, Out } from './tool-types.ts';
import { type ToolMethods, toolsProxy } from './tools-proxy.ts';
import type { TopicEvent } from './topic-follower.ts';

/** The public face of a house. */
export class RpcClient<T> extends CoreClient<T> implements Client<T> {
  readonly tools: ToolMethods<T>;
  readonly #house: House;
  readonly #jobs: JobPort;

  constructor(house: House, start: Start) {
    super(house.engine, start);
    const { clock } = house.engine.settings;
    this.#house = house;
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
    const job = readJob(await this.ask('jobs/submit', toolParams(tool, args), options, tool));
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
}
