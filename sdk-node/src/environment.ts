import type { ClientOptions, Credentials, MaybePromise } from '@callsheet/sdk-core';
import { environmentUrls, rpcUrls } from './gateway-url.ts';
import { CLIENT_NAME } from './version.ts';

/** Environment variables by name. An empty one counts as not set, as a compose file leaves them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where gateways are: one, several, or a function that is asked at every dial. */
export type Addresses = string | readonly string[] | (() => MaybePromise<string | readonly string[]>);

/** As `ClientOptions`, with address and credential taken from the environment where they are not said. */
export interface NodeClientOptions extends Omit<ClientOptions, 'url'> {
  /** `ws://host:port` is enough. Those of CALLSHEET_URL, comma-separated, else ws://127.0.0.1:8081/rpc, when not said. */
  readonly url?: Addresses;
  /** Silence after which the system probes the TCP connection; false: never. 30,000 ms when not said. */
  readonly tcpKeepAliveMs?: number | false;
}

/** Fills in what the environment says. @throws TypeError for an address or a credential it does not say clearly. */
export function withEnvironment(
  options: Omit<NodeClientOptions, 'tcpKeepAliveMs'>,
  environment: Environment,
): ClientOptions {
  const auth = options.auth ?? environmentCredentials(environment);
  const url =
    options.url === undefined ? oneOrMany(environmentUrls(environment.CALLSHEET_URL)) : addresses(options.url);
  return { name: CLIENT_NAME, ...options, ...(auth && { auth }), url } as ClientOptions;
}

/**
 * The credential of the environment: CALLSHEET_API_KEY, or CALLSHEET_TOKEN, or CALLSHEET_HMAC_ID with
 * CALLSHEET_HMAC_SECRET. Undefined when there is none.
 *
 * @throws TypeError when there are two, which could be of two callers, and for half of a pair.
 */
export function environmentCredentials(environment: Environment): Credentials | undefined {
  const {
    CALLSHEET_API_KEY: apiKey,
    CALLSHEET_TOKEN: token,
    CALLSHEET_HMAC_ID: clientId,
    CALLSHEET_HMAC_SECRET: secret,
  } = environment;
  const set = [apiKey && 'CALLSHEET_API_KEY', token && 'CALLSHEET_TOKEN', (clientId || secret) && 'CALLSHEET_HMAC_*'];
  const names = set.filter(Boolean);
  if (names.length > 1) {
    throw new TypeError(`Cannot tell which credential to show: ${names.join(' and ')} are set; unset all but one`);
  }
  if (apiKey) return { type: 'apiKey', apiKey };
  if (token) return { type: 'jwt', token };
  if (!clientId && !secret) return undefined;
  if (clientId && secret) return { type: 'hmac', clientId, secret };
  const missing = clientId ? 'CALLSHEET_HMAC_SECRET' : 'CALLSHEET_HMAC_ID';
  throw new TypeError(
    `Cannot sign requests: ${missing} is not set; CALLSHEET_HMAC_ID and CALLSHEET_HMAC_SECRET go together`,
  );
}

function addresses(given: Addresses): Addresses {
  if (typeof given !== 'function') return oneOrMany(rpcUrls(given));
  return async () => rpcUrls(await given());
}

function oneOrMany(urls: readonly string[]): string | readonly string[] {
  const [url] = urls;
  return urls.length === 1 && url !== undefined ? url : urls;
}
