import { expect } from 'chai';
import fc from 'fast-check';
import type { CacheEntry } from '../../src/layers/cache-options.ts';
import { lruStore } from '../../src/layers/lru-store.ts';

const entry = (value: string, tags: string[] = []): CacheEntry => ({ value, freshUntil: 1, staleUntil: 2, tags });

type Step = { do: 'set' | 'get' | 'delete'; key: string; size: number };

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('set', 'set', 'get', 'delete'),
  key: fc.constantFrom('a', 'ab', 'b', 'c', 'd'),
  size: fc.nat(30),
});

describe('the store of answers', () => {
  it('keeps what was used last, within its entries and its bytes', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(120),
        (steps, most, bytes) => {
          const store = lruStore(most, bytes);
          // The oldest first.
          let model: [string, number][] = [];
          const weigh = (list: [string, number][]): number =>
            list.reduce((sum, [key, size]) => sum + 2 * (key.length + size), 0);
          for (const { do: what, key, size } of steps) {
            const there = model.find(([name]) => name === key);
            if (what === 'get') {
              expect(store.get(key)?.value.length).to.equal(there?.[1]);
              if (there) model = [...model.filter((row) => row !== there), there];
            } else if (what === 'delete') {
              store.delete(key);
              model = model.filter(([name]) => !name.startsWith(key));
            } else {
              store.set(key, entry('x'.repeat(size)));
              model = model.filter((row) => row !== there);
              if (weigh([[key, size]]) <= bytes) model.push([key, size]);
              while (model.length > most || weigh(model) > bytes) model.shift();
            }
            expect(store.size).to.equal(model.length);
          }
          expect(model.filter(([key]) => store.get(key) === undefined)).to.deep.equal([]);
        },
      ),
    );
  });

  it('does not push everything out for an answer that is too large for all of it', () => {
    const store = lruStore(10, 100);
    store.set('a', entry('1'));
    store.set('b', entry('x'.repeat(50)));
    expect(store.get('a')).to.deep.equal(entry('1'));
    expect(store.get('b')).to.equal(undefined);
  });

  it('forgets by beginning and by tag', () => {
    const store = lruStore(10, 1_000);
    store.set('a1', entry('1', ['red']));
    store.set('a2', entry('2', ['red', 'blue']));
    store.set('b1', entry('3', ['red']));
    store.delete('a', 'red');
    expect(store.size).to.equal(1);
    store.delete('', 'blue');
    expect(store.size).to.equal(1);
    store.delete('');
    expect(store.size).to.equal(0);
  });
});
