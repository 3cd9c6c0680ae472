import {
  type AnyTools,
  type Client,
  type ClientOptions,
  connect as connectCore,
  createClient as createCore,
} from '@callsheet/sdk-core';
import { systemClock } from '@callsheet/sdk-core/platform';
import { authorizer } from './authorization.ts';
import { type Downloadable, type DownloadOptions, type DownloadResult, download } from './download/download.ts';
import { type Addresses, type Environment, type NodeClientOptions, withEnvironment } from './environment.ts';
import { httpOrigin, rpcUrls } from './gateway-url.ts';
import { wsTransport } from './ws-transport.ts';

/** A client with what only Node.js can do. */
export interface NodeClient<T = AnyTools> extends Client<T> {
  /** Fetches a stored file over HTTP, resuming after a broken connection and checking it where its hash is known. */
  download(source: string | Downloadable, options: DownloadOptions): Promise<DownloadResult>;
}

/**
 * Makes a client. Nothing is dialled before the first call or `connect()`. Throws TypeError for options it does not know.
 * `environment` is the process's own when not said.
 */
export function createClient<T = AnyTools>(
  options: NodeClientOptions = {},
  environment: Environment = process.env,
): NodeClient<T> {
  const complete = withEnvironment(options, environment);
  return withDownload(createCore<T>(complete, { transport: wsTransport }), complete);
}

/** Makes a client and opens its session. When that fails, the client is closed and the failure thrown. */
export async function connect<T = AnyTools>(
  options: NodeClientOptions = {},
  environment: Environment = process.env,
): Promise<NodeClient<T>> {
  const complete = withEnvironment(options, environment);
  return withDownload(await connectCore<T>(complete, { transport: wsTransport }), complete);
}

function withDownload<T>(client: Client<T>, { url, auth = { type: 'none' } }: ClientOptions): NodeClient<T> {
  const addresses = url as Addresses;
  const authorize = authorizer(auth);
  return Object.assign(client, {
    async download(source: string | Downloadable, options: DownloadOptions): Promise<DownloadResult> {
      const trusted = rpcUrls(typeof addresses === 'function' ? await addresses() : addresses).map(httpOrigin);
      const [origin = ''] = trusted;
      return download(source, options, { fetch, clock: systemClock, random: Math.random, origin, trusted, authorize });
    },
  });
}
