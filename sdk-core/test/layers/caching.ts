import type { ToolInfo } from '@callsheet/protocol';
import type { CacheOptions } from '../../src/layers/cache-options.ts';
import { ResponseCache } from '../../src/layers/response-cache.ts';
import { type Caller, call, FakeWire, fakeParts } from './fake-wire.ts';

export function toolInfo(cacheTtlMs?: number, name = 'speak', title = 'Speak'): ToolInfo {
  return {
    name,
    title,
    description: '',
    category: 'test',
    inputSchema: {},
    outputSchema: {},
    execution: 'call' as ToolInfo['execution'],
    annotations: {
      idempotentHint: true,
      readOnlyHint: true,
      timeoutMs: 1_000,
      ...(cacheTtlMs !== undefined && { cacheTtlMs }),
    },
  };
}

/** A cache in front of a wire; `speak` is cacheable for ten seconds. */
export function caching(settings?: CacheOptions | false, changes: Parameters<typeof fakeParts>[0] = {}) {
  const parts = fakeParts(changes);
  const wire = new FakeWire();
  const cache = new ResponseCache(settings, parts);
  cache.toolsChanged([toolInfo(10_000)]);
  return { cache, clock: parts.clock, wire, start: cache.layer(wire.start) };
}

/** Fills the cache with one answer to `speak`. */
export function answered(world: ReturnType<typeof caching>, value: object = { url: 'x' }): Caller {
  const caller = call(world.start);
  world.wire.last.answer(value as never);
  return caller;
}
