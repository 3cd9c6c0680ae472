import type { Json, JsonObject, Params } from '@callsheet/protocol';
import { type Call, CallPromise } from './call.ts';
import { type CallOptions, checkCallOptions } from './call-options.ts';
import type { ClientEvents } from './client-events.ts';
import { closeCode, closeReason } from './close-options.ts';
import type { ConnectionState } from './connection-state.ts';
import { runListener } from './emitter.ts';
import type { Engine } from './engine.ts';
import { ConnectionError } from './errors.ts';
import { type CallSink, newNotes, type Start } from './invocation.ts';
import type { LiteClient } from './lite-client.ts';
import { abortSignal, checkOptions, milliseconds } from './option-rules.ts';
import type { Session } from './session.ts';
import { toolParams } from './tool-call.ts';
import type { In, Out, Prog } from './tool-types.ts';
import { unlessAborted } from './unless-aborted.ts';

/** The small client: calls, and a connection that comes back. */
export class CoreClient<T> implements LiteClient<T> {
  readonly engine: Engine;
  /** Where calls begin: the first layer, or the wire. */
  readonly start: Start;
  readonly #now: () => number;
  #lastId = 0;

  constructor(engine: Engine, start: Start) {
    const { clock } = engine.settings;
    this.engine = engine;
    this.start = start;
    this.#now = () => clock.now();
  }

  get state(): ConnectionState {
    return this.engine.pool.state;
  }

  connect(options: { readonly signal?: AbortSignal } = {}): Promise<Session> {
    checkOptions('connect', options, { signal: abortSignal });
    return unlessAborted(options.signal, 'connecting', () => this.engine.pool.connect());
  }

  call<K extends keyof T & string>(
    tool: K,
    args: In<T, K>,
    options: CallOptions<Prog<T, K>> = {},
  ): Call<Out<T, K>, Prog<T, K>> {
    return this.callTool(tool, args, options);
  }

  request<R = Json>(method: string, params?: Params, options: CallOptions = {}): Promise<R> {
    return this.ask(method, params, options) as Promise<R>;
  }

  notify(method: string, params?: Params): void {
    this.engine.notify(method, params);
  }

  on<E extends keyof ClientEvents>(
    event: E,
    listener: (event: ClientEvents[E]) => void,
    options: { readonly signal?: AbortSignal } = {},
  ): () => void {
    checkOptions(`listen to "${event}"`, options, { signal: abortSignal });
    return this.engine.events.on(event, listener, options.signal);
  }

  async drain(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    checkOptions('drain', options, { timeoutMs: milliseconds(0) });
    const { caller, pool, settings } = this.engine;
    caller.refuse(new ConnectionError('CLOSED', 'Cannot start a call: the client is draining; make a new client'));
    pool.drain();
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
    return this.engine.close(code, reason);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  protected callTool<R, P>(tool: string, args: unknown, options: CallOptions<P>): Call<R, P> {
    checkCallOptions(tool, options);
    const params = toolParams(tool, args);
    return new CallPromise<R, P>(
      ++this.#lastId,
      this.#now,
      (sink, notes) => this.start({ method: 'tools/call', tool, params, options, notes }, sink),
      options.onProgress,
    );
  }

  protected ask(method: string, params: Params | undefined, options: CallOptions<never>, tool?: string): Promise<Json> {
    checkCallOptions(tool ?? method, options);
    const { onProgress } = options;
    return new Promise((resolve, reject) => {
      const sink: CallSink = {
        settle: (outcome) => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)),
        ...(onProgress && { progress: (report: JsonObject) => runListener(onProgress, report as never) }),
      };
      this.start({ method, tool, params, options, notes: newNotes() }, sink);
    });
  }
}
