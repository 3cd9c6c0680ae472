import type { CacheEntry, CacheStore } from './cache-options.ts';

/** What an entry counts against `maxBytes`: two bytes a character, which is the most an engine takes. */
export function entryBytes(key: string, { value }: CacheEntry): number {
  return 2 * (key.length + value.length);
}

/** Keeps what was used last. */
export class LruStore implements CacheStore {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  // A map remembers the order of insertion: what was used is put in anew, so the first is the one to go.
  readonly #entries = new Map<string, CacheEntry>();
  #bytes = 0;

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): CacheEntry | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, entry);
    }
    return entry;
  }

  set(key: string, entry: CacheEntry): void {
    this.#remove(key);
    const bytes = entryBytes(key, entry);
    // One that is too large for all of it must not push everything else out.
    if (bytes > this.#maxBytes) return;
    this.#entries.set(key, entry);
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries && this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest);
    }
  }

  delete(prefix: string, tag?: string): void {
    for (const [key, { tags }] of this.#entries) {
      if (key.startsWith(prefix) && (tag === undefined || tags?.includes(tag))) this.#remove(key);
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined && this.#entries.delete(key)) this.#bytes -= entryBytes(key, entry);
  }
}
