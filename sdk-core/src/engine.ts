import {
  isJsonObject,
  type Json,
  type JsonObject,
  notificationText,
  type Params,
  requestText,
} from '@callsheet/protocol';
import { type CallOptions, metaOf } from './call-options.ts';
import { Caller } from './caller.ts';
import { Catalog } from './catalog.ts';
import type { ClientEvents } from './client-events.ts';
import type { Settings } from './client-options.ts';
import { Connection } from './connection.ts';
import { Emitter } from './emitter.ts';
import { ConnectionError, type RpcClientError, ValidationError } from './errors.ts';
import { deliver } from './inbox.ts';
import type { CallSink } from './invocation.ts';
import { replayOf } from './replay.ts';
import { Subscriptions } from './subscriptions.ts';

/** One request, before it is a message. */
export interface Request {
  readonly method: string;
  /** Handed over: `_meta` is added to it. */
  readonly params: Params | undefined;
  /** The tool that is asked for, where the method asks for one. */
  readonly tool?: string | undefined;
  readonly options: CallOptions<never>;
}

/** Connection, calls, subscriptions and catalogue, introduced to each other. */
export class Engine {
  readonly settings: Settings;
  readonly events = new Emitter<ClientEvents>();
  readonly caller: Caller;
  readonly subscriptions: Subscriptions;
  readonly catalog: Catalog;
  readonly connection: Connection;

  constructor(settings: Settings) {
    this.settings = settings;
    this.catalog = new Catalog((method, params) => this.request({ method, params, options: {} }), settings.clock);
    this.caller = new Caller(settings.clock, {
      send: (text) => this.connection.send(text),
      wake: () => this.connection.wake(),
      renew: (reason) => this.connection.renew(reason),
      loadCatalog: () => this.catalog.load(),
      isIdempotent: (tool) => this.catalog.isIdempotent(tool),
    });
    this.subscriptions = new Subscriptions({
      clock: settings.clock,
      session: () => this.connection.session,
      wake: () => this.connection.wake(),
      request: (method, params, settle) =>
        this.begin(this.caller.nextId(), { method, params, options: {} }, { settle }),
    });
    this.connection = new Connection(settings, this.events, {
      online: (session) => {
        this.caller.online(session);
        this.subscriptions.online();
      },
      message: (message) => deliver(message, this),
      offline: (cause) => {
        const pending = this.caller.offline(cause);
        this.subscriptions.offline();
        return pending;
      },
      over: (cause) => {
        const pending = this.caller.over(cause);
        this.subscriptions.over(cause);
        return pending;
      },
    });
  }

  /** Starts a request under an id of `caller.nextId()`. The returned function gives it up. */
  begin(id: number, request: Request, sink: CallSink): (reason: unknown) => void {
    const { method, tool, options } = request;
    const { idempotencyKey, signal } = options;
    const totalMs = options.totalMs ?? this.settings.totalMs;
    const meta = metaOf(options, totalMs, sink.progress && id);
    const text = textOf(id, request, meta);
    if (typeof text !== 'string') {
      sink.settle({ ok: false, error: text });
      return () => undefined;
    }
    return this.caller.start({
      id,
      method,
      tool,
      text,
      replay: replayOf(method, idempotencyKey),
      signal,
      idleMs: options.timeoutMs ?? this.settings.idleMs,
      totalMs,
      sink,
    });
  }

  /** A request whose answer is all there is to hear. */
  request(request: Request): Promise<Json> {
    return new Promise((resolve, reject) => {
      this.begin(this.caller.nextId(), request, {
        settle: (outcome) => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)),
      });
    });
  }

  notify(method: string, params: Params | undefined): void {
    const { state, session } = this.connection;
    if (session === undefined) {
      throw new ConnectionError(
        'CONNECTION_LOST',
        `Cannot send "${method}": the client is ${state}; await connect() first`,
        {
          retryable: state !== 'closed',
        },
      );
    }
    this.connection.send(notificationText(method, params));
  }

  send(text: string): void {
    this.connection.send(text);
  }
}

/** The message of a request, or why there is none. */
function textOf(id: number, { method, params, tool }: Request, meta: JsonObject): string | RpcClientError {
  const hasMeta = Object.keys(meta).length > 0;
  if (hasMeta && Array.isArray(params)) {
    return new ValidationError(
      'INVALID_PARAMS',
      `Cannot call "${method}" with these options: they need named parameters, got a list`,
    );
  }
  try {
    return requestText(id, method, hasMeta ? withMeta((params as JsonObject | undefined) ?? {}, meta) : params);
  } catch (cause) {
    return new ValidationError(
      'INVALID_PARAMS',
      `Cannot call "${tool ?? method}": the arguments cannot be written as JSON`,
      { cause },
    );
  }
}

function withMeta(params: JsonObject, meta: JsonObject): JsonObject {
  const given = params._meta;
  params._meta = isJsonObject(given) ? { ...given, ...meta } : meta;
  return params;
}
