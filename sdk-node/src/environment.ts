import type { ClientOptions } from '@callsheet/sdk-core';
import { DEFAULT_URL, rpcUrl } from './gateway-url.ts';
import { CLIENT_NAME } from './version.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** As `ClientOptions`, with the address and the key taken from the environment where they are not said. */
export interface NodeClientOptions extends Omit<ClientOptions, 'url'> {
  /** `ws://host:port` is enough. CALLSHEET_URL, else ws://127.0.0.1:8081/rpc, when not said. */
  readonly url?: string;
}

/** Fills in CALLSHEET_URL and CALLSHEET_API_KEY. An empty variable counts as not set. */
export function withEnvironment(options: NodeClientOptions, environment: Environment): ClientOptions {
  const key = environment.CALLSHEET_API_KEY;
  const url =
    options.url !== undefined
      ? rpcUrl(options.url, 'the option "url"')
      : rpcUrl(environment.CALLSHEET_URL || DEFAULT_URL, 'CALLSHEET_URL');
  return {
    name: CLIENT_NAME,
    ...(key && { auth: { type: 'apiKey', apiKey: key } }),
    ...options,
    url,
  };
}
