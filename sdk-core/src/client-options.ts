import type { JsonObject } from '@callsheet/protocol';
import { CONNECTION_RULES, type ConnectionOptions, type Timeouts } from './connection-options.ts';
import { type CacheOptions, type CacheStats, cacheRule } from './layers/cache-options.ts';
import { type Middleware, middlewareRule } from './layers/middleware.ts';
import { type RetryOptions, retryRule } from './layers/retry-options.ts';
import { type Telemetry, telemetryRule } from './layers/telemetry-options.ts';
import { milliseconds, type OptionRules, object, objectOf } from './option-rules.ts';
import type { ConnectionInfo } from './pool-strategies.ts';

/** What one client can say otherwise than the one it was made of, by `with`. */
export interface ClientDefaults {
  readonly timeouts?: Pick<Timeouts, 'idle' | 'total'>;
  /** When failed calls are tried again; false: never. */
  readonly retry?: RetryOptions | false;
  /** Which answers are kept, and how long; false: none. */
  readonly cache?: CacheOptions | false;
  /** Layers of your own around every call, the first outermost. */
  readonly use?: readonly Middleware[];
  /** Members of every call's `_meta`. */
  readonly meta?: JsonObject;
}

/** Everything a client understands. */
export interface ClientOptions extends ConnectionOptions, Omit<ClientDefaults, 'timeouts'> {
  readonly telemetry?: Telemetry;
}

/** What a client has done and holds. */
export interface ClientStats {
  readonly connections: readonly ConnectionInfo[];
  /** Requests, tries counted one by one. `replayed`: sent once more on a new connection. */
  readonly calls: { readonly started: number; readonly ok: number; readonly failed: number; readonly replayed: number };
  readonly cache: CacheStats;
  /** What waits here, unsent. */
  readonly queue: { readonly calls: number; readonly bytes: number };
}

const DEFAULTS_RULES: OptionRules<Omit<ClientDefaults, 'timeouts'>> = {
  retry: retryRule,
  cache: cacheRule,
  use: middlewareRule,
  meta: object,
};

/** The rules of `ClientOptions`. */
export const CLIENT_RULES: OptionRules<ClientOptions> = {
  ...CONNECTION_RULES,
  ...DEFAULTS_RULES,
  telemetry: telemetryRule,
};

const ms = milliseconds(1);

/** The rules of `ClientDefaults`. */
export const WITH_RULES: OptionRules<ClientDefaults> = {
  ...DEFAULTS_RULES,
  timeouts: objectOf<Pick<Timeouts, 'idle' | 'total'>>({ idle: ms, total: milliseconds(1, 86_400_000) }),
};
