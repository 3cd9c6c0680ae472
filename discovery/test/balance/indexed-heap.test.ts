import { expect } from 'chai';
import fc from 'fast-check';
import { IndexedHeap } from '../../src/balance/indexed-heap.ts';

describe('indexed heap', () => {
  it('knows the first and the second, whatever moves', () => {
    const moves = fc.array(fc.tuple(fc.nat(), fc.integer()), { maxLength: 60 });
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 30 }), moves, (keys, changes) => {
        const items = keys.map((key) => ({ key, place: 0 }));
        const heap = new IndexedHeap<{ key: number; place: number }>((a, b) => a.key < b.key);
        heap.fill(items);
        for (const [which, key] of changes) {
          const item = items[which % (items.length || 1)];
          if (item !== undefined) {
            item.key = key;
            heap.moved(item);
          }
          const sorted = items.map((one) => one.key).sort((a, b) => a - b);
          expect([heap.first?.key, heap.second?.key]).to.deep.equal([sorted[0], sorted[1]]);
        }
      }),
    );
  });
});
