import type { CacheEntry, CacheOptions, CacheStore } from '@callsheet/sdk-core';
import { checkOptions, count, type OptionRule } from '@callsheet/sdk-core/platform';
import { LRUCache } from 'lru-cache';

/** How much a store keeps: as the client's own options of the same names, and with the same defaults. */
export type LruCacheLimits = Pick<CacheOptions, 'maxEntries' | 'maxBytes'>;

/** The package makes room for all entries at once. */
const MOST_ENTRIES = 1_000_000;

const entries: OptionRule = (value) =>
  count(1)(value) ?? (Number(value) > MOST_ENTRIES ? `expected at most ${MOST_ENTRIES}, got ${value}` : undefined);

/**
 * Answers kept in memory by the package `lru-cache`. Give one to several clients of a process and they share it; their
 * gateways and principals stay apart, because these are part of every key.
 */
export class LruCacheStore implements CacheStore {
  readonly #entries: LRUCache<string, CacheEntry>;

  /** Throws TypeError for limits that are none. */
  constructor(limits: LruCacheLimits = {}) {
    checkOptions('make a store of answers', limits, { maxEntries: entries, maxBytes: count(1) });
    const { maxEntries = 500, maxBytes = 8 * 2 ** 20 } = limits;
    this.#entries = new LRUCache<string, CacheEntry>({
      max: maxEntries,
      // Infinity is 0 there.
      ...(maxBytes < Infinity && {
        maxSize: maxBytes,
        // Two bytes a character, which is the most an engine takes.
        sizeCalculation: ({ value }: CacheEntry, key: string) => 2 * (key.length + value.length),
      }),
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): CacheEntry | undefined {
    return this.#entries.get(key);
  }

  set(key: string, entry: CacheEntry): void {
    this.#entries.set(key, entry);
  }

  delete(prefix: string, tag?: string): void {
    for (const [key, { tags }] of [...this.#entries.entries()]) {
      if (key.startsWith(prefix) && (tag === undefined || tags?.includes(tag))) this.#entries.delete(key);
    }
  }
}
