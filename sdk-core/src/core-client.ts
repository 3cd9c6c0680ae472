import { isJsonObject, type Params } from '@callsheet/protocol';
import { type Call, CallPromise } from './call.ts';
import type { CallClient } from './call-client.ts';
import { type CallOptions, checkCallOptions } from './call-options.ts';
import { closeCode, closeReason } from './close-options.ts';
import type { Engine } from './engine.ts';
import { RpcClientError, ValidationError } from './errors.ts';
import type { Start } from './invocation.ts';
import { abortSignal, callback, checkOptions, milliseconds, objectOf, oneOf, rule, text } from './option-rules.ts';
import { closedError } from './pending-call.ts';
import { toolParams } from './tool-call.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Calls, and a connection that comes back: what the whole client builds on. */
export interface CoreClient<T> {
  readonly client: CallClient<T>;
  callTool<R, P>(tool: string, args: unknown, options?: CallOptions<P>): Call<R, P>;
  /** Throws TypeError for options it does not know. */
  ask<R, P>(method: string, params: Params | undefined, options?: CallOptions<P>, tool?: string): Call<R, P>;
}

const LISTENING = {
  event: /* @__PURE__ */ oneOf('state', 'ready', 'disconnect', 'reconnecting', 'slow', 'notification', 'error'),
  listener: callback,
  options: /* @__PURE__ */ objectOf<{ signal?: AbortSignal }>({ signal: abortSignal }),
};

const MESSAGE = {
  method: text,
  params: /* @__PURE__ */ rule('an object or a list', (value) => isJsonObject(value) || Array.isArray(value)),
};

/** @param start where calls begin: the first layer, or the wire */
export function coreClient<T>(engine: Engine, start: Start): CoreClient<T> {
  const { lines, events, settings } = engine;
  const { clock } = settings;
  const now = (): number => clock.now();
  let lastId = 0;

  const ask = <R, P>(
    method: string,
    params: Params | undefined,
    options: CallOptions<P> = {},
    tool?: string,
  ): Call<R, P> => {
    checkCallOptions(tool ?? method, options);
    return new CallPromise<R, P>(
      ++lastId,
      now,
      (sink, notes) => {
        // The server reports where somebody may listen; of a tool anybody may at any time.
        const hears = method === 'tools/call' || options.onProgress;
        return start(
          { method, tool, params, options, notes },
          hears ? sink : { settle: (outcome) => sink.settle(outcome) },
        );
      },
      options.onProgress,
    );
  };

  const callTool = <R, P>(tool: string, args: unknown, options?: CallOptions<P>): Call<R, P> =>
    ask('tools/call', toolParams(tool, args), options, tool);

  const client: CallClient<T> = {
    get state() {
      return lines.state;
    },
    connect(options = {}) {
      checkOptions('connect', options, { signal: abortSignal });
      return unlessAborted(options.signal, 'connecting', () => lines.connect());
    },
    call: callTool,
    request(method, params, options) {
      checkOptions('make a request', { method, params }, MESSAGE, 'method');
      return ask(method, params, options);
    },
    notify(method, params) {
      checkOptions('send a notification', { method, params }, MESSAGE, 'method');
      try {
        engine.notify(method, params);
      } catch (cause) {
        if (RpcClientError.is(cause)) throw cause;
        const why = (cause as Error).message;
        throw new ValidationError('INVALID_PARAMS', `Cannot send "${method}" with these parameters: ${why}`, { cause });
      }
    },
    on(event, listener, options = {}) {
      checkOptions('listen', { event, listener, options }, LISTENING, 'event', 'listener');
      return events.on(event, listener, options.signal);
    },
    async drain(options = {}) {
      checkOptions('drain', options, { timeoutMs: milliseconds(0) });
      engine.refuse(closedError('is draining'));
      lines.drain();
      await new Promise<void>((resolve) => {
        const timer = clock.after(options.timeoutMs ?? 30_000, resolve);
        void engine.idle().then(() => {
          timer.cancel();
          resolve();
        });
      });
      await client.close();
    },
    close(options = {}) {
      checkOptions('close', options, { code: closeCode, reason: closeReason });
      const { code = 1000, reason = '' } = options;
      return engine.close(code, reason);
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
  return { client, callTool, ask };
}
