import type { Json, ToolInfo } from '@callsheet/protocol';
import type { Timer } from '../clock.ts';
import type { MaybePromise } from '../credentials.ts';
import { RpcClientError } from '../errors.ts';
import type { CallLayer, CallSink, Start } from '../invocation.ts';
import { checkOptions } from '../option-rules.ts';
import { keyPrefix } from './cache-key.ts';
import {
  type CacheEntry,
  type CacheOptions,
  type CacheStats,
  type CacheStore,
  INVALIDATION,
  type Invalidation,
} from './cache-options.ts';
import { type CacheQuestion, cacheQuestion } from './cache-question.ts';
import type { LayerParts } from './layer-parts.ts';
import { LruStore } from './lru-store.ts';
import { SharedCall } from './shared-call.ts';
import { labelOf, settledAsAborted, Waiter } from './waiter.ts';

/** What a store does not tell in this time was not found. Milliseconds. */
const STORE_MS = 1_000;

const NOTHING = (): void => undefined;

/** Answers what was answered before, and asks once what many ask at once. One for each client. */
export class ResponseCache {
  /** Around every call. */
  readonly layer: CallLayer;
  readonly #parts: LayerParts;
  readonly #store: CacheStore;
  readonly #shared = new Map<string, SharedCall>();
  readonly #counts = { hits: 0, stale: 0, misses: 0, joined: 0 };
  #tools = new Map<string, ToolInfo>();

  constructor(settings: CacheOptions | false = {}, parts: LayerParts) {
    const { maxEntries = 500, maxBytes = 8 * 2 ** 20, store } = settings || {};
    this.#parts = parts;
    this.#store = store ?? new LruStore(maxEntries, maxBytes);
    this.layer = (next) => (call, sink) => {
      const question = cacheQuestion(call, settings, this.#tools, parts.partition);
      return question === undefined ? next(call, sink) : this.#ask(question, sink, next);
    };
  }

  stats(): CacheStats {
    return { ...this.#counts, entries: this.#store.size ?? 0 };
  }

  /** Forgets answers, and does not keep those under way. Rejects when the store does. */
  async invalidate(what: Invalidation = {}): Promise<void> {
    checkOptions('invalidate', what, INVALIDATION);
    const { tool, tag } = what;
    const partition = this.#parts.partition();
    // Whoever does not know whose answers these are forgets all of them.
    const prefix = partition === undefined ? '' : keyPrefix(partition, tool);
    for (const [key, { tags }] of this.#shared) {
      if (key.startsWith(prefix) && (tag === undefined || tags.has(tag))) this.#shared.delete(key);
    }
    await this.#store.delete(prefix, tag);
  }

  /**
   * The catalogue was read, or, without `tools`, the gateway says that it changed. Answers of tools that are not what they
   * were are forgotten.
   */
  toolsChanged(tools?: readonly ToolInfo[]): void {
    if (tools === undefined) {
      void quietly(() => this.invalidate());
      return;
    }
    const before = this.#tools;
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    for (const [tool, info] of before) {
      if (JSON.stringify(info) !== JSON.stringify(this.#tools.get(tool))) void quietly(() => this.invalidate({ tool }));
    }
  }

  #ask(question: CacheQuestion, sink: CallSink, next: Start): (reason: unknown) => void {
    const { call, mode, key } = question;
    if (settledAsAborted(call, sink)) return NOTHING;
    const found = mode === 'refresh' || key === undefined ? undefined : this.#look(key);
    const later = found instanceof Promise;
    if (!later && this.#serve(question, found, sink, next)) return NOTHING;

    let shared: SharedCall | undefined;
    let patience: Timer | undefined;
    const waiter: Waiter = new Waiter(call, sink, this.#parts, (reason) => {
      patience?.cancel();
      return shared?.leave(waiter, reason) ?? false;
    });
    const goOn = (entry?: CacheEntry): void => {
      patience?.cancel();
      if (!waiter.over && shared === undefined && !this.#serve(question, entry, waiter, next)) {
        shared = this.#join(question, waiter, next);
      }
    };
    if (later) {
      patience = this.#parts.clock.after(STORE_MS, goOn);
      found.then(goOn, () => goOn());
    } else {
      shared = this.#join(question, waiter, next);
    }
    return (reason) => waiter.cancel(reason);
  }

  #look(key: string): MaybePromise<CacheEntry | undefined> {
    try {
      const found = this.#store.get(key);
      return found !== undefined && 'then' in found ? Promise.resolve(found) : found;
    } catch {
      return undefined;
    }
  }

  /** False when it takes a new answer. */
  #serve(question: CacheQuestion, entry: CacheEntry | undefined, sink: Pick<CallSink, 'settle'>, next: Start): boolean {
    const { call, mode, key } = question;
    const now = this.#parts.now();
    const value = entry && now < entry.staleUntil ? parsed(entry.value) : undefined;
    if (entry === undefined || value === undefined || key === undefined) {
      if (mode !== 'only') return false;
      this.#counts.misses++;
      call.notes.cache = 'miss';
      const sentence = `Cannot answer ${labelOf(call)} from the cache: it has no such answer; call it with cache "use"`;
      sink.settle({ ok: false, error: new RpcClientError('NOT_FOUND', sentence) });
      return true;
    }
    const stale = now >= entry.freshUntil;
    call.notes.cache = stale ? 'stale' : 'hit';
    this.#counts[stale ? 'stale' : 'hits']++;
    sink.settle({ ok: true, value });
    if (stale && mode !== 'only' && !this.#shared.has(key)) this.#refresh(question, key, next);
    return true;
  }

  /** Asks once more on behalf of nobody, under the bounds of the caller who was served. */
  #refresh(question: CacheQuestion, key: string, next: Start): void {
    const { signal, ...options } = question.call.options;
    const call = { ...question.call, options, notes: { ...question.call.notes } };
    const waiter: Waiter = new Waiter(call, { settle: NOTHING }, this.#parts, (reason) => shared.leave(waiter, reason));
    const shared = this.#begin(question, key, waiter, next);
  }

  #join(question: CacheQuestion, waiter: Waiter, next: Start): SharedCall {
    const { key = '', mode, tags, call } = question;
    call.notes.cache = 'miss';
    const shared = mode === 'refresh' ? undefined : this.#shared.get(key);
    this.#counts[shared === undefined ? 'misses' : 'joined']++;
    if (shared === undefined) return this.#begin(question, key, waiter, next);
    shared.add(waiter, tags);
    return shared;
  }

  #begin({ partition, ttlMs, staleMs, tags }: CacheQuestion, key: string, waiter: Waiter, next: Start): SharedCall {
    const { now, partition: partitionNow, totalMs } = this.#parts;
    const shared: SharedCall = new SharedCall((value) => {
      // Replaced by a newer one, or invalidated meanwhile.
      if (this.#shared.get(key) !== shared) return;
      this.#shared.delete(key);
      // A lost call is sent again by whoever the client is after the reconnect.
      if (value === undefined || partitionNow() !== partition) return;
      const freshUntil = now() + ttlMs;
      const entry = { value, freshUntil, staleUntil: freshUntil + staleMs, tags: [...shared.tags] };
      void quietly(() => this.#store.set(key, entry));
    });
    this.#shared.set(key, shared);
    shared.add(waiter, tags);
    shared.begin(next, waiter.call, totalMs !== undefined);
    return shared;
  }
}

/** Undefined for what is no JSON: a store of somebody's own may have lost half of it. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Runs what must not disturb anybody when it fails. */
async function quietly(run: () => MaybePromise<void>): Promise<void> {
  try {
    await run();
  } catch {}
}
