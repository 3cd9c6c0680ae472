import fc from 'fast-check';

/** Rates of all sizes; small ones often, so that refusals are frequent. */
export const rate = fc.record({
  calls: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 100_000 })),
  windowMs: fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 86_400_000 })),
  burst: fc.integer({ min: 0, max: 12 }),
});

/** Time between two calls: often none, so that bursts come about. */
export const gap = {
  whole: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 100_000 })),
  fraction: fc.oneof(
    fc.constant(0),
    fc.double({ min: 0, max: 50, noNaN: true }),
    fc.double({ min: 0, max: 100_000, noNaN: true }),
  ),
};

/** Times that never go back. */
export function times(gaps: fc.Arbitrary<number>): fc.Arbitrary<number[]> {
  return fc.array(gaps, { maxLength: 40 }).map((all) => {
    let now = 0;
    return all.map((more) => {
      now += more;
      return now;
    });
  });
}
