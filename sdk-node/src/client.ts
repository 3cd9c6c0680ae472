import {
  type AnyTools,
  type Client,
  type ClientDefaults,
  type ClientOptions,
  connect as connectCore,
  createClient as createCore,
  type Platform,
} from '@callsheet/sdk-core';
import { milliseconds, object } from '@callsheet/sdk-core/platform';
import { type Addresses, type Environment, type NodeClientOptions, withEnvironment } from './environment.ts';
import { type FileTransfers, fileTransfers } from './file-transfers.ts';
import { LruCacheStore } from './lru-cache-store.ts';
import { nodeSigner } from './node-signer.ts';
import { createWsTransport, TCP_KEEP_ALIVE_MS } from './ws-transport.ts';

/** A client with what only Node.js can do. */
export interface NodeClient<T = AnyTools> extends Client<T>, FileTransfers {
  with(defaults: ClientDefaults): NodeClient<T>;
}

/**
 * Makes a client. Nothing is dialled before the first call or `connect()`. Throws TypeError for options it does not know.
 * `environment` is the process's own when not said.
 */
export function createClient<T = AnyTools>(
  options: NodeClientOptions = {},
  environment: Environment = process.env,
): NodeClient<T> {
  const { complete, platform } = prepare(options, environment);
  return withFiles(createCore<T>(complete, platform), complete);
}

/** Makes a client and opens its session. When that fails, the client is closed and the failure thrown. */
export async function connect<T = AnyTools>(
  options: NodeClientOptions = {},
  environment: Environment = process.env,
): Promise<NodeClient<T>> {
  const { complete, platform } = prepare(options, environment);
  return withFiles(await connectCore<T>(complete, platform), complete);
}

function prepare(
  given: NodeClientOptions,
  environment: Environment,
): { readonly complete: ClientOptions; readonly platform: Platform } {
  const noOptions = object(given);
  if (noOptions !== undefined) throw new TypeError(`Cannot create a client: ${noOptions}`);
  const { tcpKeepAliveMs = TCP_KEEP_ALIVE_MS, ...options } = given;
  const wrong = tcpKeepAliveMs === false ? undefined : milliseconds(1_000)(tcpKeepAliveMs);
  if (wrong !== undefined) throw new TypeError(`Cannot create a client: option "tcpKeepAliveMs": ${wrong}, or false`);
  return {
    complete: withEnvironment(options, environment),
    platform: {
      transport: createWsTransport(tcpKeepAliveMs),
      signer: nodeSigner,
      cacheStore: ({ maxEntries, maxBytes }) =>
        new LruCacheStore({ ...(maxEntries && { maxEntries }), ...(maxBytes && { maxBytes }) }),
    },
  };
}

function withFiles<T>(client: Client<T>, { url, auth = { type: 'none' }, timeouts }: ClientOptions): NodeClient<T> {
  return addFiles(client, fileTransfers(url as Addresses, auth, timeouts?.connect));
}

function addFiles<T>(client: Client<T>, files: FileTransfers): NodeClient<T> {
  const other = client.with.bind(client);
  return Object.assign(client, files, { with: (defaults: ClientDefaults) => addFiles(other(defaults), files) });
}
