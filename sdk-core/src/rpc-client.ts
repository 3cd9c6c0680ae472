import { isJsonObject, type Json, type JsonObject, type Params, type ToolInfo } from '@callsheet/protocol';
import { type Call, CallPromise } from './call.ts';
import { type CallOptions, checkCallOptions } from './call-options.ts';
import type { Client } from './client.ts';
import type { ClientEvents } from './client-events.ts';
import { closeCode, closeReason } from './close-options.ts';
import type { ConnectionState } from './connection-state.ts';
import { runListener } from './emitter.ts';
import type { Engine } from './engine.ts';
import { ConnectionError } from './errors.ts';
import type { CallSink } from './invocation.ts';
import { type JobProgress, readJob } from './job-events.ts';
import { type JobHandle, type JobPort, remoteJob } from './job-handle.ts';
import { abortSignal, checkOptions, count, milliseconds, text } from './option-rules.ts';
import type { Session } from './session.ts';
import { readToolResult, toolParams } from './tool-call.ts';
import type { In, Out, Prog } from './tool-types.ts';
import { type ToolMethods, toolsProxy } from './tools-proxy.ts';
import type { TopicEvent } from './topic-follower.ts';
import { unlessAborted } from './unless-aborted.ts';

/** The public face of an engine. */
export class RpcClient<T> implements Client<T> {
  readonly tools: ToolMethods<T>;
  readonly #engine: Engine;
  readonly #jobs: JobPort;
  readonly #now: () => number;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#now = () => engine.settings.clock.now();
    this.tools = toolsProxy<T>((tool, args, options) => this.#callTool(tool, args, options ?? {}));
    this.#jobs = {
      clock: engine.settings.clock,
      idleMs: engine.settings.idleMs,
      request: (method, params, options = {}) => engine.request({ method, params, options }),
      follow: (topic, after, signal) => engine.subscriptions.follow(topic, after, signal),
    };
  }

  get state(): ConnectionState {
    return this.#engine.connection.state;
  }

  connect(options: { readonly signal?: AbortSignal } = {}): Promise<Session> {
    checkOptions('connect', options, { signal: abortSignal });
    return unlessAborted(options.signal, 'connecting', () => this.#engine.connection.ready());
  }

  call<K extends keyof T & string>(
    tool: K,
    args: In<T, K>,
    options: CallOptions<Prog<T, K>> = {},
  ): Call<Out<T, K>, Prog<T, K>> {
    return this.#callTool(tool, args, options);
  }

  async submit<K extends keyof T & string>(
    tool: K,
    args: In<T, K>,
    options: CallOptions = {},
  ): Promise<JobHandle<Out<T, K>, JobProgress>> {
    const job = readJob(await this.#ask('jobs/submit', toolParams(tool, args), options, tool));
    return remoteJob(job.jobId, this.#jobs, 0, job);
  }

  job<R = unknown, P = JobProgress>(id: string, options: { readonly fromSeq?: number } = {}): JobHandle<R, P> {
    const wrong = text(id);
    if (wrong !== undefined) throw new TypeError(`Cannot take up a job: the id: ${wrong}`);
    checkOptions(`take up job "${id}"`, options, { fromSeq: count(1) });
    return remoteJob(id, this.#jobs, (options.fromSeq ?? 1) - 1);
  }

  request<R = Json>(method: string, params?: Params, options: CallOptions = {}): Promise<R> {
    // A copy, because the engine adds to what it is given.
    const own = isJsonObject(params) ? { ...params } : params;
    return this.#ask(method, own, options) as Promise<R>;
  }

  notify(method: string, params?: Params): void {
    this.#engine.notify(method, params);
  }

  subscribe(
    topic: string,
    options: { readonly fromSeq?: number; readonly signal?: AbortSignal } = {},
  ): AsyncIterable<TopicEvent> {
    checkOptions(`subscribe to "${topic}"`, options, { fromSeq: count(1), signal: abortSignal });
    const after = options.fromSeq === undefined ? undefined : options.fromSeq - 1;
    const { subscriptions } = this.#engine;
    return { [Symbol.asyncIterator]: () => subscriptions.follow(topic, after, options.signal) };
  }

  catalog(): Promise<ToolInfo[]> {
    return this.#engine.catalog.load();
  }

  on<E extends keyof ClientEvents>(
    event: E,
    listener: (event: ClientEvents[E]) => void,
    options: { readonly signal?: AbortSignal } = {},
  ): () => void {
    checkOptions(`listen to "${event}"`, options, { signal: abortSignal });
    return this.#engine.events.on(event, listener, options.signal);
  }

  async drain(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    checkOptions('drain', options, { timeoutMs: milliseconds(0) });
    const { caller, connection, settings } = this.#engine;
    caller.refuse(new ConnectionError('CLOSED', 'Cannot start a call: the client is draining; make a new client'));
    connection.drain();
    await new Promise<void>((resolve) => {
      const timer = settings.clock.after(options.timeoutMs ?? 30_000, resolve);
      void caller.idle().then(() => {
        timer.cancel();
        resolve();
      });
    });
    await this.close();
  }

  close(options: { readonly code?: number; readonly reason?: string } = {}): Promise<void> {
    checkOptions('close', options, { code: closeCode, reason: closeReason });
    const { code = 1000, reason = '' } = options;
    const error = new ConnectionError('CLOSED', 'Cannot start a call: the client was closed; make a new client');
    return this.#engine.connection.close(code, reason, error);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #callTool<R, P>(tool: string, args: unknown, options: CallOptions<P>): Call<R, P> {
    checkCallOptions(tool, options);
    const params = toolParams(tool, args);
    const id = this.#engine.caller.nextId();
    return new CallPromise<R, P>(
      id,
      this.#now,
      (sink, notes) => {
        notes.requestId = String(id);
        return this.#engine.begin(
          id,
          { method: 'tools/call', params, tool, options },
          {
            progress: (report) => sink.progress?.(report),
            settle: (answer) => sink.settle(readToolResult(tool, answer)),
          },
        );
      },
      options.onProgress,
    );
  }

  #ask(method: string, params: Params | undefined, options: CallOptions, tool?: string): Promise<Json> {
    checkCallOptions(tool ?? method, options);
    const { onProgress } = options;
    return new Promise((resolve, reject) => {
      const sink: CallSink = {
        settle: (outcome) => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)),
        ...(onProgress && { progress: (report: JsonObject) => runListener(onProgress, report) }),
      };
      this.#engine.begin(this.#engine.caller.nextId(), { method, params, tool, options }, sink);
    });
  }
}
