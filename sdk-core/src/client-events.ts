import type { Json } from '@callsheet/protocol';
import type { ConnectionState } from './connection-state.ts';
import type { RpcClientError } from './errors.ts';
import type { Session } from './session.ts';

/** What `client.on` can tell. */
export interface ClientEvents {
  state: { readonly from: ConnectionState; readonly to: ConnectionState };
  ready: Session;
  /** A connection was lost. `pending` counts the calls that were waiting for an answer. */
  disconnect: {
    readonly code: number;
    readonly reason: string;
    readonly pending: number;
    readonly connection?: string;
  };
  /** The next dial, `delayMs` from now. `attempt` counts from 1 since the last good connection. */
  reconnecting: {
    readonly attempt: number;
    readonly delayMs: number;
    readonly cause: RpcClientError;
    readonly connection?: string;
  };
  /** More was sent than leaves: calls wait until it did. Await `ready()` before the next one. */
  slow: { readonly bufferedBytes: number };
  /** A notification the engine itself has no use for, and `session/draining`. */
  notification: { readonly method: string; readonly params: Json };
  /** Something went wrong that no call could be blamed for. */
  error: RpcClientError;
}
