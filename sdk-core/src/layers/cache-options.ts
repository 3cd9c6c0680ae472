import type { MaybePromise } from '../credentials.ts';
import { count, milliseconds, type OptionRule, objectOf, offOr, oneOf, rule, text, texts } from '../option-rules.ts';

/** An answer that was kept. */
export interface CacheEntry {
  /** JSON. */
  readonly value: string;
  /** Milliseconds since 1970. Until then it is as good as a new answer. */
  readonly freshUntil: number;
  /** Milliseconds since 1970. Until then it may be served while a new one is fetched. */
  readonly staleUntil: number;
  readonly tags?: readonly string[];
}

/**
 * Where answers are kept. Calls do not depend on it: what it throws counts as nothing found, and so does what it does
 * not tell within a second.
 */
export interface CacheStore {
  get(key: string): MaybePromise<CacheEntry | undefined>;
  set(key: string, entry: CacheEntry): MaybePromise<void>;
  /** Removes what has a key that begins with `prefix` and, where `tag` is said, carries that tag. */
  delete(prefix: string, tag?: string): MaybePromise<void>;
  /** How many entries there are, where it is known. */
  readonly size?: number;
}

/** How answers are kept. Only of tools the catalogue calls cacheable, unless a call asks with `ttlMs`. */
export interface CacheOptions {
  /** 500 when not said. Of the store that is there without `store`. */
  readonly maxEntries?: number;
  /** Keys and values, two bytes a character. 8 MiB when not said. Of the store that is there without `store`. */
  readonly maxBytes?: number;
  /** How long an answer is fresh, in place of what the catalogue says of its tool. Milliseconds. */
  readonly ttlMs?: number;
  /** How long after that it is served while a new one is fetched in the background. Milliseconds; 0 when not said. */
  readonly staleMs?: number;
  readonly store?: CacheStore;
}

/**
 * - `use`: an answer that was kept, else a new one, which is kept.
 * - `refresh`: a new one, which is kept.
 * - `bypass`: a new one, which is not kept.
 * - `only`: one that was kept; nothing is sent. NOT_FOUND without a `wireCode` when there is none.
 */
export type CacheMode = 'use' | 'refresh' | 'bypass' | 'only';

/** What one call asks of the cache. */
export interface CallCacheOptions {
  /** `use` when not said. */
  readonly mode?: CacheMode;
  /** Keeps the answer this long, whatever the catalogue says of the tool. Milliseconds. */
  readonly ttlMs?: number;
  readonly staleMs?: number;
  /** Names under which the answer can be forgotten: `client.invalidate({ tag })`. */
  readonly tags?: readonly string[];
}

/** Which answers to forget; all of the caller's when nothing is said. */
export interface Invalidation {
  readonly tool?: string;
  readonly tag?: string;
}

/** What came of the calls that asked the cache, and how much it holds. */
export interface CacheStats {
  readonly hits: number;
  readonly stale: number;
  readonly misses: number;
  /** Found the same call under way and share its answer. */
  readonly joined: number;
  /** 0 when the store does not tell. */
  readonly entries: number;
}

const ttlMs = /* @__PURE__ */ milliseconds(1);
const staleMs = /* @__PURE__ */ milliseconds(0);
const atLeastOne = /* @__PURE__ */ count(1);
const mode = /* @__PURE__ */ oneOf('use', 'refresh', 'bypass', 'only');
const tags = /* @__PURE__ */ texts(16);

const store = /* @__PURE__ */ rule('an object with the functions get, set and delete', (value) =>
  ['get', 'set', 'delete'].every((name) => typeof (value as CacheStore | null)?.[name as 'get'] === 'function'),
);

/** Of the client's option `cache`. */
export const cacheRule: OptionRule = /* @__PURE__ */ offOr(
  /* @__PURE__ */ objectOf<CacheOptions>({ maxEntries: atLeastOne, maxBytes: atLeastOne, ttlMs, staleMs, store }),
);

const callCacheOptions = /* @__PURE__ */ objectOf<CallCacheOptions>({ mode, ttlMs, staleMs, tags });

/** Of `options.cache` of a call. */
export const callCacheRule: OptionRule = (value) => (typeof value === 'object' ? callCacheOptions(value) : mode(value));

/** Of what `invalidate` is told. */
export const INVALIDATION = { tool: text, tag: text };
