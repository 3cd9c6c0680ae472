import type { RpcClientError } from '@callsheet/sdk-core';

/**
 * Where the worker stands with one gateway.
 * - `connecting`: dialled, or to be dialled again; it was not registered there yet.
 * - `registered`: calls come.
 * - `lost`: the connection is gone and another one is on its way. Calls go on for a while.
 * - `refused`: the gateway does not take the worker, and would not take it now; it is asked again after a while.
 * - `draining`: no new calls come, those it has are finished.
 * - `closed`: over.
 */
export type GatewayState = 'connecting' | 'registered' | 'lost' | 'refused' | 'draining' | 'closed';

/** One gateway, as `provider.gateways` lists it. */
export interface ProviderGateway {
  /** Where it was dialled, or where it dialled from. */
  readonly url: string;
  readonly state: GatewayState;
  /** The worker's public name there, as soon as it has one. */
  readonly workerId: string | undefined;
  /** Of the newest registration there. */
  readonly epoch: number | undefined;
}

/** What `provider.on` can tell. */
export interface ProviderEvents {
  registered: { readonly url: string; readonly workerId: string; readonly epoch: number };
  /** A gateway was lost; it is dialled again, unless it had dialled us. */
  lost: { readonly url: string; readonly cause: RpcClientError };
  /** A gateway does not take the worker; it is asked again `retryInMs` from now. */
  refused: { readonly url: string; readonly cause: RpcClientError; readonly retryInMs: number };
  draining: { readonly inFlight: number };
  /** Everything is over; nothing of the provider keeps the process alive. */
  closed: Record<never, never>;
}
