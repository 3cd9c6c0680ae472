// For programs whose `lib` does not have AsyncDisposable yet.
/// <reference lib="esnext.disposable" preserve="true" />
import type { Json, Params } from '@callsheet/protocol';
import type { Call } from './call.ts';
import type { CallOptions } from './call-options.ts';
import type { ClientEvents } from './client-events.ts';
import type { ConnectionState } from './connection-state.ts';
import type { Session } from './session.ts';
import type { Answer, AnyTools, Args, Prog } from './tool-types.ts';

/** A conversation with a gateway that survives lost connections. Every call ends: with a result or an RpcClientError. */
export interface CallClient<T = AnyTools> extends AsyncDisposable {
  readonly state: ConnectionState;
  /**
   * The open session. Rejects when the dial under way fails, with CONNECT_FAILED, TIMEOUT or AUTH; unless that was
   * final or `reconnect` is off, the client goes on dialling.
   */
  connect(options?: { readonly signal?: AbortSignal }): Promise<Session>;
  /** Runs a tool. Waits for a session if there is none. */
  call<K extends keyof T & string, W extends boolean = false>(
    tool: K,
    args: Args<T, K, W>,
    options?: CallOptions<Prog<T, K>>,
  ): Call<Answer<T, K, W>, Prog<T, K>>;
  /** Any method of the protocol. */
  request<R = Json>(method: string, params?: Params, options?: CallOptions): Promise<R>;
  /** Sends a notification. Throws ConnectionError while there is no session: nobody would ever know it was lost. */
  notify(method: string, params?: Params): void;
  /** Listens until the returned function is called or `signal` aborts. */
  on<E extends keyof ClientEvents>(
    event: E,
    listener: (event: ClientEvents[E]) => void,
    options?: { readonly signal?: AbortSignal },
  ): () => void;
  /** Takes no new calls, waits for the open ones, closes. After `timeoutMs` (30,000 when not said) it closes anyway. */
  drain(options?: { readonly timeoutMs?: number }): Promise<void>;
  /** Ends everything; open calls reject with code CLOSED. */
  close(options?: { readonly code?: number; readonly reason?: string }): Promise<void>;
}
