import type { ToolLog } from '@callsheet/protocol';
import type { Credentials, ReconnectOptions } from '@callsheet/sdk-core';
import type { ToolOffer } from './tool-definition.ts';

/** Where a worker that does not dial waits for gateways that dial it, at `ws(s)://host:port/worker`. */
export interface ListenOptions {
  /** 0 takes a free one; see `provider.address`. */
  readonly port: number;
  /** 127.0.0.1 when not said. */
  readonly host?: string;
  /** What a gateway must show as `Authorization: Bearer …`; beyond this machine at least 16 characters. */
  readonly token: string;
  /** PEM texts; without them the connection is not encrypted. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** What a worker offers, and to whom. */
export interface ProvideOptions {
  /** Gateways to dial, `ws://host:port` is enough. Those of CALLSHEET_URL, comma-separated, else ws://127.0.0.1:8081/rpc, when not said. */
  readonly url?: string | readonly string[];
  /** Instead of `url`: wait to be dialled. */
  readonly listen?: ListenOptions;
  /** As for a client; what the environment says, else `{ type: 'none' }`, when not said. A ticket carries no files. */
  readonly auth?: Credentials;
  readonly tools: ToolOffer;
  /** For people; the name of this machine when not said. */
  readonly name?: string;
  /** Semantic version of what it runs; `1.0.0` when not said. */
  readonly version?: string;
  /** Calls it takes at once, over all tools and gateways; the number of processor cores when not said. */
  readonly slots?: number;
  /** What callers may ask for, such as `gpu`. */
  readonly tags?: readonly string[];
  /** Where it stands, for callers who prefer what is near. */
  readonly zone?: string;
  /** Its share beside other workers, 0.01 to 100; 1 when not said. */
  readonly weight?: number;
  /** `host:port` where Prometheus may scrape it. */
  readonly metricsAddress?: string;
  /** False: only the addresses of `url`, whatever further gateways they tell of. */
  readonly followGateways?: boolean;
  /** False: SIGTERM and SIGINT are left alone. Else the first one drains, the second one closes at once. */
  readonly signals?: boolean;
  /** How long a drain may take before what still runs is aborted. 20,000 ms when not said. */
  readonly drainMs?: number;
  /** How long `provide()` waits for the first gateway to take the worker in. No bound when not said. */
  readonly connectTimeoutMs?: number;
  /** Pauses between two dials, as for a client. */
  readonly reconnect?: Pick<ReconnectOptions, 'firstDelayMs' | 'baseMs' | 'maxMs'>;
  /** Gets what tools and the worker itself have to say. Warnings and errors go to stderr when not said. */
  readonly log?: ToolLog;
  /** Closes the provider when it aborts. */
  readonly signal?: AbortSignal;
}
