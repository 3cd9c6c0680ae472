import { expect } from 'chai';
import { bucketQuantile, nativeQuantile } from '../../src/metrics/quantile.ts';

describe('Quantiles', () => {
  const bounds = [1, 2, 4];
  const cases: [string, number, number[], number | undefined][] = [
    ['are linear within a bucket', 0.5, [0, 10, 0, 0], 1.5],
    ['begin at 0 in the first', 0.5, [10, 0, 0, 0], 0.5],
    ['end at the bound of their bucket', 0.5, [5, 5, 0, 0], 1],
    ['are the last bound for all beyond it', 0.99, [1, 0, 0, 9], 4],
    ['skip buckets that are empty', 0.75, [2, 0, 2, 0], 3],
    ['are the least possible at 0', 0, [0, 0, 3, 0], 2],
    ['are the most possible at 1', 1, [3, 3, 0, 0], 2],
    ['are not known without observations', 0.5, [0, 0, 0, 0], undefined],
  ];
  for (const [what, q, counts, expected] of cases) {
    it(what, () => expect(bucketQuantile(q, bounds, counts)).to.equal(expected));
  }

  it('are the first bound when that is not positive, as in PromQL', () => {
    expect(bucketQuantile(0.5, [-1, 1], [4, 0, 0])).to.equal(-1);
    expect(bucketQuantile(0.5, [0, 1], [4, 0, 0])).to.equal(0);
  });

  const native = (over: object) => ({
    schema: 0,
    zeroThreshold: 1e-9,
    zeroCount: 0,
    offset: 1,
    counts: new Float64Array(),
    ...over,
  });
  it('are geometric within an exponential bucket', () => {
    expect(nativeQuantile(0.5, native({ counts: Float64Array.of(4, 0, 0) }))).to.equal(2 ** 0.5);
    expect(nativeQuantile(1, native({ counts: Float64Array.of(4, 0, 4) }))).to.equal(8);
    expect(nativeQuantile(0.75, native({ counts: Float64Array.of(4, 0, 4) }))).to.be.closeTo(4 * 2 ** 0.5, 1e-9);
  });

  it('are zero when they fall among what is too small', () => {
    expect(nativeQuantile(0.5, native({ zeroCount: 5, counts: Float64Array.of(4) }))).to.equal(0);
    expect(nativeQuantile(0.5, native({ zeroCount: 4, counts: Float64Array.of(4) }))).to.equal(0);
    expect(nativeQuantile(1, native({ zeroCount: 5, counts: Float64Array.of(4) }))).to.equal(2);
    expect(nativeQuantile(0.5, native({}))).to.equal(undefined);
  });

  for (const q of [-0.1, 1.1, 99, Number.NaN]) {
    it(`do not exist at ${q}`, () => {
      expect(() => bucketQuantile(q, bounds, [1, 0, 0, 0])).to.throw(RangeError, `Cannot find the quantile ${q}`);
      expect(() => nativeQuantile(q, native({}))).to.throw(RangeError, 'give a share from 0 to 1');
    });
  }
});
