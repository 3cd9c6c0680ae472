// For programs whose `lib` does not have AsyncDisposable yet.
/// <reference lib="esnext.disposable" preserve="true" />
import type { JsonObject } from '@callsheet/protocol';
import type { ConnectionState } from '../connection-state.ts';
import type { MaybePromise } from '../credentials.ts';
import type { RpcClientError } from '../errors.ts';
import {
  abortSignal,
  callback,
  milliseconds,
  type OptionRules,
  object,
  objectOf,
  rule,
  text,
} from '../option-rules.ts';
import type { Answer, AnyTools, Args, Prog } from '../tool-types.ts';

/** A credential the small client can show; a function is asked at every dial. */
export type LiteCredentials =
  | { readonly type: 'apiKey'; readonly apiKey: string | (() => MaybePromise<string>) }
  | { readonly type: 'jwt'; readonly token: string | (() => MaybePromise<string>) }
  | { readonly type: 'ticket'; readonly ticket: () => MaybePromise<string> };

export interface LiteOptions {
  /** WebSocket URL of the gateway's native door. */
  readonly url: string;
  readonly auth?: LiteCredentials;
  /** What the server calls this client in its logs. */
  readonly name?: string;
  /** Milliseconds: dialling plus opening (10,000), a call without answer or progress (60,000). */
  readonly timeouts?: { readonly connect?: number; readonly idle?: number };
  /** Closes the client when it aborts. */
  readonly signal?: AbortSignal;
}

export interface LiteCallOptions<P = unknown> {
  readonly signal?: AbortSignal;
  /** No answer and no progress for this long: TimeoutError. Milliseconds. */
  readonly timeoutMs?: number;
  /** Makes it safe to send the call again: the server runs one key once. */
  readonly idempotencyKey?: string;
  /** Further members of `_meta`. */
  readonly meta?: JsonObject;
  onProgress?(report: P): void;
}

export interface StateChange {
  readonly from: ConnectionState;
  readonly to: ConnectionState;
  /** Why a connection was lost, or could not be made. */
  readonly cause: RpcClientError | undefined;
}

/**
 * The small client: connect, call, reconnect. Every call ends, with a result or an RpcClientError. Calls wait for a connection; one
 * that was sent when the connection was lost is sent again if it carries an `idempotencyKey` or only reads, else it rejects with
 * CONNECTION_LOST and `maybeExecuted`.
 */
export interface LiteClient<T = AnyTools> extends AsyncDisposable {
  readonly state: ConnectionState;
  /** Resolves when a session is open. Rejects when the dial under way fails; the client goes on dialling, unless that was final. */
  connect(): Promise<void>;
  call<K extends keyof T & string, W extends boolean = false>(
    tool: K,
    args: Args<T, K, W>,
    options?: LiteCallOptions<Prog<T, K>>,
  ): Promise<Answer<T, K, W>>;
  /** Any method of the protocol. */
  request<R>(method: string, params?: JsonObject, options?: LiteCallOptions): Promise<R>;
  /** Listens until the returned function is called. */
  on(event: 'state', listener: (change: StateChange) => void): () => void;
  /** Ends everything; open calls reject with code CLOSED. Resolves when the socket is gone. */
  close(): Promise<void>;
}

const ms = /* @__PURE__ */ milliseconds(1);

export const OPTIONS: OptionRules<LiteOptions> = {
  url: /* @__PURE__ */ rule(
    'an address like wss://media.example.com/rpc',
    (url) => typeof url === 'string' && /^wss?:\/\/[^/?#@\s]+([/?#]|$)/i.test(url),
    true,
  ),
  auth: object,
  name: text,
  timeouts: /* @__PURE__ */ objectOf<NonNullable<LiteOptions['timeouts']>>({ connect: ms, idle: ms }),
  signal: abortSignal,
};

export const CALL_OPTIONS: OptionRules<LiteCallOptions> = {
  signal: abortSignal,
  timeoutMs: ms,
  idempotencyKey: text,
  meta: object,
  onProgress: callback,
};
