import type { CacheEntry } from '@callsheet/sdk-core';
import { expect } from 'chai';
import fc from 'fast-check';
import { LruCacheStore } from '../src/lru-cache-store.ts';

const entry = (value: string, tags: string[] = []): CacheEntry => ({ value, freshUntil: 1, staleUntil: 2, tags });

describe('the store of answers in Node.js', () => {
  it('keeps what was used last, within its entries and its bytes', () => {
    const step = fc.record({
      set: fc.boolean(),
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      size: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(
        fc.array(step),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 4, max: 120 }),
        (steps, most, bytes) => {
          const store = new LruCacheStore({ maxEntries: most, maxBytes: bytes });
          // The oldest first.
          let model: [string, number][] = [];
          const weigh = (): number => model.reduce((sum, [key, size]) => sum + 2 * (key.length + size), 0);
          for (const { set, key, size } of steps) {
            const there = model.find(([name]) => name === key);
            if (set) {
              store.set(key, entry('x'.repeat(size)));
              model = model.filter((row) => row !== there);
              if (2 * (key.length + size) <= bytes) model.push([key, size]);
              while (model.length > most || weigh() > bytes) model.shift();
            } else {
              expect(store.get(key)?.value.length).to.equal(there?.[1]);
              if (there) model = [...model.filter((row) => row !== there), there];
            }
            expect(store.size).to.equal(model.length);
          }
        },
      ),
    );
  });

  it('forgets by beginning and by tag', () => {
    const store = new LruCacheStore({ maxBytes: Infinity });
    store.set('a1', entry('1', ['red']));
    store.set('a2', entry('2', ['red', 'blue']));
    store.set('b1', entry('3', ['red']));
    store.delete('a', 'red');
    expect([store.size, store.get('b1')]).to.deep.equal([1, entry('3', ['red'])]);
    store.delete('', 'blue');
    expect(store.size).to.equal(1);
    store.delete('');
    expect(store.size).to.equal(0);
  });

  it('refuses limits that are none', () => {
    const make = (limits: object) => () => new LruCacheStore(limits);
    expect(make({ maxEntries: 0 })).to.throw(TypeError, 'Cannot make a store of answers: option "maxEntries"');
    expect(make({ maxEntries: Infinity })).to.throw(TypeError, 'expected at most 1000000, got Infinity');
    expect(make({ maxBytes: 0.5 })).to.throw(TypeError, 'option "maxBytes"');
    expect(make({ ttl: 5 })).to.throw(TypeError, 'there is no option "ttl"');
  });
});
