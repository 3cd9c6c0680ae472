import { expect } from 'chai';
import fc from 'fast-check';
import { TopK } from '../../src/metrics/top-k.ts';

describe('The heaviest keys', () => {
  it('are exact while there is room for all', () => {
    const top = new TopK(3);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) top.add(key);
    expect(top.top(2)).to.deep.equal([
      { key: 'a', weight: 3, error: 0 },
      { key: 'b', weight: 2, error: 0 },
    ]);
    expect([top.size, top.total]).to.deep.equal([3, 6]);
  });

  it('give the place of the lightest to who is new, and say how far off that may be', () => {
    const top = new TopK(2);
    top.add('a', 10);
    top.add('b', 3);
    top.add('c', 1);
    expect(top.top(5)).to.deep.equal([
      { key: 'a', weight: 10, error: 0 },
      { key: 'c', weight: 4, error: 3 },
    ]);
  });

  it('bound every true weight, and miss nobody with more than 1/k of the whole', () => {
    const key = fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 60 }).map(String));
    const adds = fc.array(fc.tuple(key, fc.integer({ min: 1, max: 20 })), { maxLength: 400 });
    fc.assert(
      fc.property(adds, fc.integer({ min: 1, max: 12 }), (all, k) => {
        const top = new TopK(k);
        const exact = new Map<string, number>();
        for (const [one, weight] of all) {
          top.add(one, weight);
          exact.set(one, (exact.get(one) ?? 0) + weight);
        }
        const found = top.top(k);
        expect(found.length).to.equal(Math.min(k, exact.size));
        for (const { key: one, weight, error } of found) {
          expect(exact.get(one)).to.be.within(weight - error, weight);
          expect(error).to.be.at.most(top.total / k);
        }
        expect(found.map(({ weight }) => weight)).to.deep.equal(
          found.map(({ weight }) => weight).sort((a, b) => b - a),
        );
        // Nothing is lost: every unit of weight is somewhere.
        expect(found.reduce((sum, { weight }) => sum + weight, 0)).to.equal(top.total);
        for (const [one, weight] of exact) {
          if (weight > top.total / k) expect(found.map(({ key: there }) => there)).to.include(one);
        }
      }),
    );
  });

  it('change by nothing that is no weight', () => {
    const top = new TopK();
    for (const weight of [0, -1, Number.NaN, Infinity]) top.add('a', weight);
    expect([top.size, top.total]).to.deep.equal([0, 0]);
  });

  it('are one for all keys that are the same as they are kept', () => {
    const top = new TopK();
    top.add('x'.repeat(129));
    top.add('x'.repeat(128));
    top.add('');
    expect(top.top(5).map(({ key, weight }) => [key.length, weight])).to.deep.equal([
      [128, 2],
      [7, 1],
    ]);
    top.clear();
    expect([top.size, top.total, top.top(1).length]).to.deep.equal([0, 0, 0]);
  });

  for (const k of [0, 1.5, 10_001, Number.NaN]) {
    it(`cannot be ${k}`, () => {
      expect(() => new TopK(k)).to.throw(
        RangeError,
        `Cannot keep the ${k} heaviest; give a whole number from 1 to 10000`,
      );
    });
  }
});
