import type { CacheEntry, CacheStore } from './cache-options.ts';

/** What an entry counts against `maxBytes`: two bytes a character, which is the most an engine takes. */
function bytesOf(key: string, { value }: CacheEntry): number {
  return 2 * (key.length + value.length);
}

/** Keeps what was used last. An entry that is too large for all of it is not kept, so that it cannot push out the rest. */
export function lruStore(maxEntries = 500, maxBytes = 8 * 2 ** 20) {
  // A map remembers the order of insertion: what was used is put in anew, so the first is the one to go.
  const entries = new Map<string, CacheEntry>();
  let bytes = 0;
  const take = (key: string): CacheEntry | undefined => {
    const entry = entries.get(key);
    if (entry && entries.delete(key)) bytes -= bytesOf(key, entry);
    return entry;
  };
  const put = (key: string, entry: CacheEntry): void => {
    entries.set(key, entry);
    bytes += bytesOf(key, entry);
  };
  return {
    get size() {
      return entries.size;
    },
    get: (key: string) => {
      const entry = take(key);
      if (entry) put(key, entry);
      return entry;
    },
    set: (key: string, entry: CacheEntry) => {
      take(key);
      if (bytesOf(key, entry) > maxBytes) return;
      put(key, entry);
      for (const oldest of entries.keys()) if (entries.size > maxEntries || bytes > maxBytes) take(oldest);
    },
    delete: (prefix: string, tag?: string) => {
      for (const [key, { tags }] of entries) {
        if (key.startsWith(prefix) && (tag === undefined || tags?.includes(tag))) take(key);
      }
    },
  } satisfies CacheStore;
}
