import { expect } from 'chai';
import fc from 'fast-check';
import { partition } from '../../src/script/partition.ts';

describe('partition', () => {
  it('cuts where the weights balance best', () => {
    expect(partition([5, 1, 1, 1, 5, 2], 3, (n) => n)).to.eql([[5], [1, 1, 1], [5, 2]]);
  });

  it('loses nothing, keeps the order and leaves no group empty', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100)), fc.integer({ min: 1, max: 12 }), (items, count) => {
        const groups = partition(items, count, (n) => n);
        expect(groups.flat()).to.eql(items);
        expect(groups).to.have.length(Math.min(count, items.length));
        expect(groups.every((group) => group.length > 0)).to.equal(true);
      }),
    );
  });
});
