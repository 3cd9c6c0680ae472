import { expect } from 'chai';
import { sparseBuckets } from '../../src/exposition/sparse-buckets.ts';

function sparse(offset: number, ...counts: readonly number[]) {
  return sparseBuckets({ schema: 3, zeroThreshold: 0, zeroCount: 0, offset, counts: Float64Array.from(counts) });
}

describe('sparse buckets', () => {
  it('begins the first run at the index of its first bucket, which may be below zero', () => {
    expect(sparse(-7, 0, 0, 4, 1)).to.deep.equal({ spans: [{ offset: -5, length: 2 }], deltas: [4, -3] });
  });

  it('writes up to two empty buckets rather than begin another run', () => {
    expect(sparse(0, 3, 0, 0, 5)).to.deep.equal({ spans: [{ offset: 0, length: 4 }], deltas: [3, -3, 0, 5] });
  });

  it('begins another run after three, by the gap, and counts on from the bucket before it', () => {
    expect(sparse(2, 3, 0, 0, 0, 5, 0)).to.deep.equal({
      spans: [
        { offset: 2, length: 1 },
        { offset: 3, length: 1 },
      ],
      deltas: [3, 2],
    });
  });

  it('has nothing to say of empty buckets', () => {
    expect(sparse(9, 0, 0)).to.deep.equal({ spans: [], deltas: [] });
  });
});
