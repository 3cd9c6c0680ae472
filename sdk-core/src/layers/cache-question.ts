import type { ToolInfo } from '@callsheet/protocol';
import type { Invocation } from '../invocation.ts';
import { cacheKey } from './cache-key.ts';
import type { CacheMode, CacheOptions, CallCacheOptions } from './cache-options.ts';

/** What one call asks of the cache. */
export interface CacheQuestion {
  readonly call: Invocation;
  readonly mode: Exclude<CacheMode, 'bypass'>;
  /** Undefined when nothing can be kept for it; then its mode is `only`. */
  readonly key: string | undefined;
  readonly partition: string | undefined;
  /** How long its answer will be fresh, and stale after that. Milliseconds. */
  readonly ttlMs: number;
  readonly staleMs: number;
  readonly tags: readonly string[] | undefined;
}

const NOTHING_ASKED: CallCacheOptions = {};

/**
 * The question of a call, or nothing where the cache has no say: other methods, tools nobody calls cacheable, dry runs,
 * and calls with an idempotency key, which ask for something to be done.
 */
export function cacheQuestion(
  call: Invocation,
  settings: CacheOptions | false,
  tools: ReadonlyMap<string, ToolInfo>,
  partitionNow: () => string | undefined,
): CacheQuestion | undefined {
  const { tool, method, options } = call;
  if (tool === undefined || method !== 'tools/call') return undefined;
  const asked = options.cache;
  const own = typeof asked === 'object' ? asked : NOTHING_ASKED;
  const mode = (typeof asked === 'string' ? asked : own.mode) ?? 'use';
  const hint = tools.get(tool)?.annotations.cacheTtlMs;
  const usual = settings || NOTHING_ASKED;
  const ttlMs = own.ttlMs ?? (hint && (usual.ttlMs ?? hint)) ?? 0;
  const only = mode === 'only';
  if (mode === 'bypass' || (ttlMs === 0 && !only)) return undefined;
  const apart = !settings || options.dryRun || options.idempotencyKey !== undefined;
  const partition = apart ? undefined : partitionNow();
  const key = partition === undefined ? undefined : cacheKey(partition, call);
  if (key === undefined && !only) return undefined;
  return { call, mode, key, partition, ttlMs, staleMs: own.staleMs ?? usual.staleMs ?? 0, tags: own.tags };
}
