import type { CacheOptions } from '../../src/layers/cache-options.ts';
import { responseCache } from '../../src/layers/response-cache.ts';
import { type Caller, call, FakeWire, fakeParts } from './fake-wire.ts';

/** A cache in front of a wire; `speak` is cacheable for ten seconds. */
export function caching(settings?: CacheOptions | false, changes: Parameters<typeof fakeParts>[0] = {}) {
  const parts = fakeParts(changes);
  const wire = new FakeWire();
  const cache = responseCache(settings, parts);
  return { cache, clock: parts.clock, wire, start: cache.layer(wire.start) };
}

/** Fills the cache with one answer to `speak`. */
export function answered(world: ReturnType<typeof caching>, value: object = { url: 'x' }): Caller {
  const caller = call(world.start);
  world.wire.last.answer(value as never);
  return caller;
}
