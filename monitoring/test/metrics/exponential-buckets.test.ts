import { expect } from 'chai';
import fc from 'fast-check';
import { ExponentialBuckets } from '../../src/metrics/exponential-buckets.ts';
import { coarser, ExponentialIndex } from '../../src/metrics/exponential-index.ts';
import { FloatBits } from '../../src/metrics/float-bits.ts';
import { nativeQuantile } from '../../src/metrics/quantile.ts';

const bits = new FloatBits();
const index = new ExponentialIndex(bits);
const finest = (value: number): number => index.of(bits.high(value));
/** The border below and the border of a bucket. */
const borders = (bucket: number, schema: number): [number, number] => {
  const base = 2 ** (2 ** -schema);
  return [base ** (bucket - 1), base ** bucket];
};
const positive = fc.double({ min: 2 ** -29, max: 1e300, noNaN: true });
const latency = fc.double({ min: -9, max: 5, noNaN: true }).map(Math.exp);

function filled(values: readonly number[]): ExponentialBuckets {
  const buckets = new ExponentialBuckets();
  for (const value of values) buckets.add(finest(value));
  return buckets;
}

describe('The bucket of a number, without a logarithm', () => {
  it('has the number between its borders', () => {
    fc.assert(
      fc.property(positive, (value) => {
        const [below, border] = borders(finest(value), 4);
        // Borders this far out are computed with an error of their own.
        expect(value).to.be.greaterThan(below * (1 - 1e-12));
        expect(value).to.be.at.most(border * (1 + 1e-12));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is exact at the borders: they belong to the bucket below', () => {
    for (let octave = -29; octave < 1_000; octave += 7) {
      expect(finest(2 ** octave)).to.equal(octave * 16);
      expect(finest(2 ** octave * (1 + Number.EPSILON))).to.equal(octave * 16 + 1);
      for (let part = 1; part < 16; part += 1) {
        const border = 2 ** octave * 2 ** (part / 16);
        expect(finest(border)).to.equal(octave * 16 + part);
        expect(finest(border * (1 + Number.EPSILON))).to.equal(octave * 16 + part + 1);
      }
    }
  });

  it('is that of a coarser schema when it is halved', () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: 0, max: 8 }), (value, steps) => {
        const [below, border] = borders(coarser(finest(value), steps), 4 - steps);
        expect(value).to.be.greaterThan(below * (1 - 1e-12));
        expect(value).to.be.at.most(border * (1 + 1e-12));
      }),
    );
  });
});

describe('Exponential buckets', () => {
  it('hold every observation in at most 160 buckets, each where it belongs, whatever came first', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(positive, latency), { maxLength: 400 }), (values) => {
        const buckets = filled(values);
        const expected = new Map<number, number>();
        for (const value of values) {
          const bucket = coarser(finest(value), 4 - buckets.schema);
          expected.set(bucket, (expected.get(bucket) ?? 0) + 1);
        }
        const counted = [...buckets.counts.entries()]
          .map(([at, count]) => [buckets.offset + at, count] as const)
          .filter(([, count]) => count > 0);
        expect(counted).to.deep.equal([...expected].sort(([a], [b]) => a - b));
        expect(counted.length).to.be.at.most(160);
        expect(buckets.counts.length).to.be.at.most(320);
      }),
      { numRuns: 200 },
    );
  });

  it('begin and end with a bucket that holds something', () => {
    const { counts, offset } = filled([1, 1, 8, 0.25]);
    expect([counts[0], counts.at(-1), offset]).to.deep.equal([1, 1, -32]);
    expect(new ExponentialBuckets().counts.length).to.equal(0);
  });

  it('stay at the finest schema for latencies a million times apart, if they are not everywhere', () => {
    expect(filled([0.000_1, 0.001, 3, 99]).schema).to.equal(4);
  });

  it('become coarser when values are too far apart for the room', () => {
    expect(filled([2 ** -15, 2 ** 4.9]).schema).to.equal(4);
    expect(filled([2 ** -15, 2 ** 5]).schema).to.equal(3);
    expect(filled([2 ** -29, 2 ** 1_023]).schema).to.equal(-2);
  });

  it('become coarser when there would be more than 160 of them', () => {
    const each = (count: number): number[] => Array.from({ length: count }, (_, at) => 2 ** ((at + 0.5) / 16));
    expect(filled(each(160)).schema).to.equal(4);
    expect(filled(each(161)).schema).to.equal(3);
    expect(filled([...each(160), 1.01, 1.01]).schema).to.equal(4);
  });

  it('count buckets that became one as one', () => {
    const bucket = (at: number): number => 2 ** ((at - 0.5) / 16);
    const numbers = (from: number, to: number, step: number): number[] =>
      Array.from({ length: (to - from) / step + 1 }, (_, nth) => bucket(from + nth * step));
    const full = [...numbers(1, 20, 1), ...numbers(22, 300, 2)];
    expect(filled(full).schema).to.equal(4);
    // The twenty become ten, and the new one is where another is already: ten more have room.
    expect(filled([...full, bucket(21), ...numbers(302, 320, 2)]).schema).to.equal(3);
    expect(filled([...full, bucket(21), ...numbers(302, 322, 2)]).schema).to.equal(2);
  });

  it('find every quantile within 5 % while the schema is the finest, and within its base always', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 300 }), share, (values, q) => {
        const buckets = filled(values);
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
        const error = Math.abs((nativeQuantile(q, buckets) ?? Number.NaN) / exact - 1);
        expect(error).to.be.at.most(buckets.schema === 4 ? 0.05 : 2 ** (2 ** -buckets.schema) - 1 + 1e-9);
      }),
      { numRuns: 500 },
    );
  });
});
