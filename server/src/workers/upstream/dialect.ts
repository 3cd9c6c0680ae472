import type { EndpointCall } from '@callsheet/discovery';
import type { Json, JsonObject } from '@callsheet/protocol';
import type { RpcConnection } from './rpc-connection.ts';

/** What a server offers, as it is registered. */
export interface Offer {
  /** Semantic version of the server. */
  readonly version: string;
  /** Calls it takes at once, as far as it says. */
  readonly slots: number | undefined;
  /** Rows as in `tools/list`. */
  readonly tools: readonly JsonObject[];
}

/** Something a server says that is no answer. */
export type News = 'tools changed' | 'draining';

/** How to talk to one kind of server, on one connection after the other. */
export interface Dialect {
  /** To be answered at the upgrade; none when empty. */
  readonly protocols: readonly string[];
  /** Says who is calling, and learns what is offered. Rejects with the reason why it is of no use. */
  open(rpc: RpcConnection): Promise<Offer>;
  /** What is offered now; undefined where that never changes. */
  readonly list: ((rpc: RpcConnection) => Promise<Offer>) | undefined;
  /** Runs a tool under the name it has here. Rejects with a CallError. */
  call(rpc: RpcConnection, call: EndpointCall): Promise<Json>;
  /** Whether it answers at all; undefined when only a ping of the WebSocket can tell. */
  readonly probe: ((rpc: RpcConnection) => Promise<unknown>) | undefined;
  /** Takes a notification. */
  heard(method: string, params: JsonObject): News | undefined;
}
