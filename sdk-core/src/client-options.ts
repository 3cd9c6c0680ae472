import type { ReconnectOptions } from './backoff.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Credentials, credentialsRule } from './credentials.ts';
import { abortSignal, callback, checkOptions, count, milliseconds, objectOf, offOr, text } from './option-rules.ts';
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

export interface ClientOptions {
  /** WebSocket URL of the gateway's native door, e.g. `wss://media.example.com/rpc`. */
  readonly url: string;
  /** `{ type: 'none' }` when not said. */
  readonly auth?: Credentials;
  /** What the server calls this client in its logs. */
  readonly name?: string;
  readonly timeouts?: Timeouts;
  /** Silence after which the client asks whether the server is still there. 25,000 ms when not said. */
  readonly keepalive?: { readonly intervalMs?: number };
  /** False: a lost connection closes the client. */
  readonly reconnect?: ReconnectOptions | false;
  /** False: one message a frame, even where the server would take several. */
  readonly coalesce?: false;
  /** Closes the client when it aborts. */
  readonly signal?: AbortSignal;
}

/** What the platform brings. */
export interface Platform {
  readonly transport: Transport;
  /** The platform's own timers when not said. */
  readonly clock?: Clock;
  /** Uniform in [0, 1); `Math.random` when not said. It spreads retries; nothing secret depends on it. */
  readonly random?: () => number;
}

/** Options with every default filled in. */
export interface Settings {
  readonly url: string;
  readonly auth: Credentials;
  readonly name: string;
  readonly connectMs: number;
  readonly idleMs: number;
  readonly totalMs: number | undefined;
  readonly keepalive: { readonly intervalMs: number; readonly pongMs: number };
  readonly reconnect: ReconnectOptions | false;
  readonly coalesce: boolean;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: () => number;
}

const timeoutRules = objectOf<Timeouts>({
  connect: milliseconds(1),
  idle: milliseconds(1),
  total: milliseconds(1, 86_400_000),
  pong: milliseconds(1),
});

const reconnectRules = objectOf<ReconnectOptions>({
  firstDelayMs: milliseconds(0),
  baseMs: milliseconds(1),
  maxMs: milliseconds(1),
  maxAttempts: count(1),
  shouldReconnect: callback,
});

/** Checks the options and fills in the defaults. Throws TypeError that names the option. */
export function readClientOptions(options: ClientOptions, platform: Platform): Settings {
  checkOptions('create a client', options, {
    url: webSocketUrl,
    auth: credentialsRule,
    name: text,
    timeouts: timeoutRules,
    keepalive: objectOf<{ intervalMs?: number }>({ intervalMs: milliseconds(1) }),
    reconnect: offOr(reconnectRules),
    coalesce: offOr(() => 'expected false'),
    signal: abortSignal,
  });
  if (options.url === undefined)
    throw new TypeError('Cannot create a client without "url"; give the gateway’s address');
  const { timeouts = {} } = options;
  return {
    url: options.url,
    auth: options.auth ?? { type: 'none' },
    name: options.name ?? 'callsheet-sdk',
    connectMs: timeouts.connect ?? 10_000,
    idleMs: timeouts.idle ?? 60_000,
    totalMs: timeouts.total,
    keepalive: { intervalMs: options.keepalive?.intervalMs ?? 25_000, pongMs: timeouts.pong ?? 10_000 },
    reconnect: options.reconnect ?? {},
    coalesce: options.coalesce !== false,
    transport: platform.transport,
    clock: platform.clock ?? systemClock,
    random: platform.random ?? Math.random,
  };
}

/** Refuses what could carry a secret into logs: user names and passwords inside the URL. */
function webSocketUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^wss?:\/\/[^/?#\s]+/i.test(value)) {
    return `expected an address like wss://media.example.com/rpc, got ${typeof value === 'string' ? `"${value}"` : typeof value}`;
  }
  return /^wss?:\/\/[^/?#]*@/i.test(value) ? 'a URL must not carry a user name or password; use "auth"' : undefined;
}
