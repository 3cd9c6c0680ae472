import type { Json } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import { RpcClientError } from '../errors.ts';
import type { CallLayer, CallSink, Cancel, Start } from '../invocation.ts';
import { labelOf } from '../pending-call.ts';
import { attempt } from './attempt.ts';
import { boundsLayer, cancelled } from './bounds.ts';
import { cacheKey, keyPrefix } from './cache-key.ts';
import type { CacheEntry, CacheOptions, CacheStats, CallCacheOptions, Invalidation } from './cache-options.ts';
import type { LayerParts } from './layer-parts.ts';
import { lruStore } from './lru-store.ts';
import { type SharedCall, sharedCall } from './shared-call.ts';

/** What a store does not tell in this time was not found. Milliseconds. */
const STORE_MS = 1_000;

const NOTHING_ASKED: CallCacheOptions = {};
const NOTHING = (): void => undefined;

/** Answers what was answered before, and asks once what many ask at once. */
export interface ResponseCache {
  readonly layer: CallLayer;
  /** Forgets answers, and does not keep those under way. Rejects when the store does. */
  invalidate(what?: Invalidation): Promise<void>;
  stats(): CacheStats;
}

/** Makes the cache of one client. */
export function responseCache(settings: CacheOptions | false = {}, parts: LayerParts): ResponseCache {
  const usual = settings || {};
  const store = usual.store ?? lruStore(usual.maxEntries, usual.maxBytes);
  const underWay = new Map<string, SharedCall>();
  const counts = { hits: 0, stale: 0, misses: 0, joined: 0 };
  const bounded = boundsLayer(parts);

  const layer: CallLayer = (next) => (call, sink) => {
    const { tool, options, notes } = call;
    if (tool === undefined || call.method !== 'tools/call' || options.signal?.aborted) return next(call, sink);
    const annotations = parts.annotations(tool);
    const hint = annotations?.cacheTtlMs;
    const asked = typeof options.cache === 'string' ? { mode: options.cache } : (options.cache ?? NOTHING_ASKED);
    const { mode = 'use', ttlMs = hint && (usual.ttlMs ?? hint), staleMs = usual.staleMs ?? 0, tags = [] } = asked;
    const only = mode === 'only';
    const partition =
      settings && mode !== 'bypass' && (ttlMs || only) && !options.dryRun && options.idempotencyKey === undefined
        ? parts.partition()
        : undefined;
    const key = partition === undefined ? '' : cacheKey(partition, call, annotations);
    if (!key && !only) return next(call, sink);

    const join: Start = (own, ownSink) => {
      const old = mode === 'refresh' ? undefined : underWay.get(key);
      const shared: SharedCall =
        old ??
        sharedCall(own, (value) => {
          // Replaced by a newer one, or invalidated meanwhile.
          if (underWay.get(key) !== shared) return;
          underWay.delete(key);
          // A lost call is sent again by whoever the client is after the reconnect.
          if (value === undefined || parts.partition() !== partition) return;
          const freshUntil = parts.now() + (ttlMs || 0);
          const entry = { value, freshUntil, staleUntil: freshUntil + staleMs, tags: [...shared.tags] };
          void attempt(() => Promise.resolve(store.set(key, entry)).catch(NOTHING));
        });
      for (const tag of tags) shared.tags.add(tag);
      const cancel = shared.join(own, ownSink);
      if (!old) {
        underWay.set(key, shared);
        shared.begin(next);
      }
      return cancel;
    };

    const answer = (to: CallSink, fetch: Start, entry?: CacheEntry): Cancel => {
      const at = parts.now();
      // A store of somebody's own may have lost half of it.
      const value = entry && at < entry.staleUntil ? attempt((): Json => JSON.parse(entry.value)) : undefined;
      if (entry && value !== undefined) {
        const stale = at >= entry.freshUntil;
        notes.cache = stale ? 'stale' : 'hit';
        counts[stale ? 'stale' : 'hits']++;
        to.settle({ ok: true, value });
        if (stale && !only && !underWay.has(key)) {
          // On behalf of nobody, within the bounds of the caller who was served.
          const { signal, ...rest } = options;
          bounded(join)({ ...call, options: rest, notes: { ...notes } }, { settle: NOTHING });
        }
        return NOTHING;
      }
      notes.cache = 'miss';
      counts[mode === 'use' && underWay.has(key) ? 'joined' : 'misses']++;
      if (!only) return fetch(call, to);
      const sentence = `Cannot answer ${labelOf(call)} from the cache: it has no such answer; call it with cache "use"`;
      to.settle({ ok: false, error: new RpcClientError('NOT_FOUND', sentence) });
      return NOTHING;
    };

    const found = attempt(() => {
      const told = key && mode !== 'refresh' ? store.get(key) : undefined;
      return told && 'then' in told ? Promise.resolve(told) : told;
    });
    if (!(found instanceof Promise)) return answer(sink, bounded(join), found);
    return bounded(whenTold(found, parts.clock, (to, entry) => answer(to, join, entry)))(call, sink);
  };

  return {
    layer,
    stats: () => ({ ...counts, entries: store.size ?? 0 }),
    invalidate: async ({ tool, tag } = {}) => {
      const partition = parts.partition();
      // Whoever does not know whose answers these are forgets all of them.
      const prefix = partition === undefined ? '' : keyPrefix(partition, tool);
      for (const [key, { tags }] of underWay) {
        if (key.startsWith(prefix) && (!tag || tags.has(tag))) underWay.delete(key);
      }
      await store.delete(prefix, tag);
    },
  };
}

/** Waits for what a slow store tells, but not for ever, and goes on with it. */
function whenTold(
  found: Promise<CacheEntry | undefined>,
  clock: Clock,
  goOn: (to: CallSink, entry?: CacheEntry) => Cancel,
): Start {
  return (call, to) => {
    const giveUp: Cancel = (reason) => {
      cancel = NOTHING;
      patience.cancel();
      to.settle(cancelled(call, reason, false));
    };
    const told = (entry?: CacheEntry): void => {
      patience.cancel();
      if (cancel === giveUp) cancel = goOn(to, entry);
    };
    let cancel = giveUp;
    const patience = clock.after(STORE_MS, told);
    found.then(told, () => told());
    return (reason) => cancel(reason);
  };
}
