import type { ReconnectOptions } from './backoff.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Credentials, credentialsRule, type MaybePromise, type Signer } from './credentials.ts';
import type { CacheOptions, CacheStore } from './layers/cache-options.ts';
import {
  abortSignal,
  callback,
  checkOptions,
  count,
  milliseconds,
  type OptionRules,
  objectOf,
  offOr,
  rule,
  text,
} from './option-rules.ts';
import type { PlatformLife } from './platform-life.ts';
import { type PoolStrategy, strategyRule } from './pool-strategies.ts';
import type { Settings } from './settings.ts';
import type { Transport } from './transport.ts';

/** Bounds of waiting, in milliseconds. */
export interface Timeouts {
  /** Dialling plus opening the session. 10,000 when not said. */
  readonly connect?: number;
  /** A call without answer and without progress for this long. 60,000 when not said. */
  readonly idle?: number;
  /** A call whatever its progress says. No bound when not said. */
  readonly total?: number;
  /** The answer to a keep-alive question. 10,000 when not said. */
  readonly pong?: number;
}

export interface PoolOptions {
  /** Most connections; opened as calls need them. 1 when not said, 2 with several addresses, which are then opened at once. */
  readonly size?: number;
  /** `least-in-flight` when not said. */
  readonly strategy?: PoolStrategy;
  /** Calls in flight on one connection, where the server allows more. */
  readonly maxInFlight?: number;
  /** A connection that had nothing to do for this long is closed, except the last. 60,000 when not said. */
  readonly idleMs?: number;
}

/** Addresses of gateways: one, several of one house, or a function that is asked at every dial. */
export type Addresses = string | readonly string[] | (() => MaybePromise<string | readonly string[]>);

/** What is said about connections and the calls on them. */
export interface ConnectionOptions {
  /** WebSocket URL of the gateway's native door, e.g. `wss://media.example.com/rpc`. */
  readonly url: Addresses;
  /** `{ type: 'none' }` when not said. */
  readonly auth?: Credentials;
  /** What the server calls this client in its logs. */
  readonly name?: string;
  readonly timeouts?: Timeouts;
  /** Silence after which the client asks whether the server is still there. 25,000 ms when not said. */
  readonly keepalive?: { readonly intervalMs?: number };
  /** False: a lost connection closes the client. */
  readonly reconnect?: ReconnectOptions | false;
  /** False: a lost session is not come back to. */
  readonly resume?: false;
  /** Most in one frame, where the server takes several; false: one message a frame. The server's own bounds when not said. */
  readonly coalesce?: { readonly maxCalls?: number; readonly maxBytes?: number } | false;
  readonly pool?: PoolOptions;
  /**
   * What may wait for a connection or for room: 10,000 calls, 8 MiB of messages, 30,000 ms without a session when not said.
   * False: a call without a session is refused.
   */
  readonly offlineQueue?:
    | { readonly maxCalls?: number; readonly maxBytes?: number; readonly maxAgeMs?: number }
    | false;
  /** Nothing more is sent while a socket holds `highWaterBytes` (1 MiB); `ready()` waits for `lowWaterBytes` (256 KiB). */
  readonly backpressure?: { readonly highWaterBytes?: number; readonly lowWaterBytes?: number };
  /** Closes the client when it aborts. */
  readonly signal?: AbortSignal;
}

/** What the platform brings. */
export interface Platform {
  readonly transport: Transport;
  /** The platform's own timers when not said. */
  readonly clock?: Clock;
  /** Milliseconds since the epoch; `Date.now` when not said. */
  readonly wallClock?: () => number;
  /** Uniform in [0, 1); `Math.random` when not said. It spreads retries; nothing secret depends on it. */
  readonly random?: () => number;
  /** For credentials of type `hmac`. */
  readonly signer?: Signer;
  /** What the place the client lives in goes through. */
  readonly life?: PlatformLife;
  /** Where answers are kept when the application brings no store; a small one in memory when not said. */
  readonly cacheStore?: (options: CacheOptions) => CacheStore;
}

const ms = milliseconds(1);
const one = count(1);

/** The rules of `ConnectionOptions`. */
export const CONNECTION_RULES: OptionRules<ConnectionOptions> = {
  url: addresses,
  auth: credentialsRule,
  name: text,
  timeouts: objectOf<Timeouts>({ connect: ms, idle: ms, total: milliseconds(1, 86_400_000), pong: ms }),
  keepalive: objectOf<{ intervalMs?: number }>({ intervalMs: ms }),
  reconnect: offOr(
    objectOf<ReconnectOptions>({
      firstDelayMs: milliseconds(0),
      baseMs: ms,
      maxMs: ms,
      maxAttempts: one,
      shouldReconnect: callback,
    }),
  ),
  resume: offOr(() => 'expected false'),
  coalesce: offOr(objectOf<{ maxCalls?: number; maxBytes?: number }>({ maxCalls: one, maxBytes: one })),
  pool: objectOf<PoolOptions>({ size: one, strategy: strategyRule, maxInFlight: one, idleMs: ms }),
  offlineQueue: offOr(
    objectOf<{ maxCalls?: number; maxBytes?: number; maxAgeMs?: number }>({
      maxCalls: one,
      maxBytes: one,
      maxAgeMs: ms,
    }),
  ),
  backpressure: objectOf<{ highWaterBytes?: number; lowWaterBytes?: number }>({
    highWaterBytes: one,
    lowWaterBytes: one,
  }),
  signal: abortSignal,
};

const MIB = 1_048_576;

/** Checks the options and fills in the defaults. Throws TypeError that names the option. */
export function readClientOptions<T extends ConnectionOptions>(
  options: T,
  platform: Platform,
  rules: OptionRules<T>,
): Settings {
  checkOptions<T>('create a client', options, rules, 'url');
  const { url, auth = { type: 'none' }, name = 'callsheet-sdk', coalesce = {}, reconnect = {}, offlineQueue } = options;
  const {
    connect: connectMs = 10_000,
    idle: idleMs = 60_000,
    total: totalMs,
    pong: pongMs = 10_000,
  } = options.timeouts ?? {};
  const { intervalMs = 25_000 } = options.keepalive ?? {};
  const { highWaterBytes = MIB, lowWaterBytes = MIB / 4 } = options.backpressure ?? {};
  const several = Array.isArray(url) && url.length > 1;
  const { size = several ? 2 : 1, strategy = 'least-in-flight', maxInFlight = Infinity, ...pool } = options.pool ?? {};
  const {
    maxCalls = 10_000,
    maxBytes = 8 * MIB,
    maxAgeMs = 30_000,
  } = offlineQueue === false ? { maxAgeMs: 0 } : (offlineQueue ?? {});
  return {
    clock: systemClock,
    wallClock: Date.now,
    random: Math.random,
    signer: undefined,
    life: undefined,
    ...platform,
    urls: async () => listed(typeof url === 'function' ? await url() : url),
    auth,
    name,
    connectMs,
    idleMs,
    totalMs,
    intervalMs,
    pongMs,
    reconnect,
    resume: options.resume !== false && reconnect !== false,
    coalesce,
    pool: { size, eager: several ? size : 1, strategy, maxInFlight, idleMs: pool.idleMs ?? 60_000 },
    queue: { maxCalls, maxBytes, maxAgeMs },
    highWaterBytes,
    lowWaterBytes,
  };
}

const isAddress = (url: unknown): boolean => typeof url === 'string' && /^wss?:\/\/[^/?#@\s]+([/?#]|$)/i.test(url);

// Not quoted, because of what must not be there: a sentence ends up in logs.
const addressList = /* @__PURE__ */ rule(
  'an address like wss://media.example.com/rpc, or a list of them; they must not carry a user name or password, use "auth"',
  (list) => Array.isArray(list) && list.length > 0 && list.every(isAddress),
  true,
);

function addresses(value: unknown): string | undefined {
  return typeof value === 'function' ? undefined : addressList([value].flat());
}

/** What the application told, at a dial. */
function listed(given: string | readonly string[]): readonly string[] {
  const wrong = addresses(given);
  if (wrong) throw new TypeError(`The url function gave no address: ${wrong}`);
  return [given].flat();
}
