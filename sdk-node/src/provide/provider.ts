import type { ProviderEvents, ProviderGateway } from './events.ts';

/** A worker that serves its tools to gateways, until it is drained or closed. */
export interface Provider extends AsyncDisposable {
  /** Calls it works on. */
  readonly inFlight: number;
  readonly gateways: readonly ProviderGateway[];
  /** Where it listens, if it does. */
  readonly address: { readonly host: string; readonly port: number } | undefined;
  /** Listens until the returned function is called or `signal` aborts. */
  on<E extends keyof ProviderEvents>(
    event: E,
    listener: (event: ProviderEvents[E]) => void,
    options?: { readonly signal?: AbortSignal },
  ): () => void;
  /**
   * Takes no new calls, finishes those it has within `ms` (`drainMs` when not said), aborts what is left, closes. Calls that
   * gateways sent before they knew are served. Never rejects.
   */
  drain(ms?: number): Promise<void>;
  /** Ends everything now; what runs is aborted and not answered. Never rejects. */
  close(): Promise<void>;
}
