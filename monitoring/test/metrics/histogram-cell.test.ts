import { expect } from 'chai';
import fc from 'fast-check';
import type { HistogramCell } from '../../src/metrics/histogram-cell.ts';
import { watchedRegistry } from './reported.ts';

const NOW = 1_795_000_000_000;
const BOUNDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

function histogram(bounds: readonly number[] = BOUNDS, native = false) {
  const { registry, reports } = watchedRegistry();
  const definition = { name: 'call_seconds', help: 'Calls.', unit: 'seconds', labels: [], bounds, native };
  return { cell: registry.histogram(definition).cell(), reports };
}

/** The first bound that is not below the value, looked for one by one. */
function naively(bounds: readonly number[], values: readonly number[]): number[] {
  const counts = [...bounds, Infinity].map(() => 0);
  for (const value of values) {
    const bucket = [...bounds, Infinity].findIndex((bound) => value <= bound);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
}

function expectSame(cell: HistogramCell, bounds: readonly number[], values: readonly number[]): void {
  expect([...cell.counts]).to.deep.equal(naively(bounds, values));
  expect(cell.count).to.equal(values.length);
  expect(cell.value).to.equal(values.length);
  expect(cell.sum).to.equal(values.reduce((sum, value) => sum + value, 0));
}

describe('A histogram', () => {
  it('counts a value that is a bound in the bucket of that bound', () => {
    const { cell } = histogram([0, 1, 2, 4]);
    const values = [0, -0, 1, 2, 4, 4.000_000_1, Number.MIN_VALUE, Number.MAX_VALUE];
    for (const value of values) cell.observe(value);
    expect([...cell.counts]).to.deep.equal([2, 2, 1, 1, 2]);
  });

  it('has the counts of one that looks at every bound, whatever the bounds and values', () => {
    const number = fc.double({ min: 0, max: 1e9, noNaN: true });
    const bounds = fc.uniqueArray(fc.double({ min: -5, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(bounds, fc.array(number), fc.boolean(), (unsorted, extra, native) => {
        // Minus zero would be the same bound as zero.
        const sorted = [...new Set(unsorted.map((bound) => bound + 0))].sort((a, b) => a - b);
        const values = [...extra, ...sorted.filter((bound) => bound >= 0)];
        const { cell } = histogram(sorted, native);
        for (const value of values) cell.observe(value);
        expectSame(cell, sorted, values);
      }),
    );
  });

  it('keeps the newest trace of each bucket, and none when there is none', () => {
    const { cell } = histogram([1, 2]);
    cell.observe(0.5);
    expect(cell.exemplars).to.equal(undefined);
    cell.observe(0.6, 'a'.repeat(32));
    cell.observe(0.7, 'b'.repeat(32));
    cell.observe(9, 'c'.repeat(32));
    cell.observe(0.8);
    expect(cell.exemplars).to.deep.equal([
      { value: 0.7, traceId: 'b'.repeat(32), at: NOW },
      undefined,
      { value: 9, traceId: 'c'.repeat(32), at: NOW },
    ]);
  });

  for (const value of [-0.001, Number.NaN, Infinity, '1' as unknown as number]) {
    it(`does not take ${value}, reports it once, and goes on`, () => {
      const { cell, reports } = histogram(BOUNDS, true);
      cell.observe(value, 'a'.repeat(32));
      cell.observe(value);
      expectSame(cell, BOUNDS, []);
      expect(cell.exemplars).to.equal(undefined);
      expect(reports.map(({ sentence }) => sentence)).to.deep.equal([
        `Cannot observe ${value}; give a finite number that is not negative ("call_seconds")`,
      ]);
      cell.observe(0.3);
      expect(cell.count).to.equal(1);
    });
  }

  it('has the same observations in exponential buckets when it is asked to', () => {
    const { cell } = histogram(BOUNDS, true);
    for (const value of [0, 2 ** -31, 2 ** -30, 0.5, 1, 1, 300]) cell.observe(value);
    const { native } = cell.histogram;
    expect(native).to.include({ schema: 4, zeroCount: 3, zeroThreshold: 2 ** -30, offset: -16 });
    expect(native?.counts[0]).to.equal(1);
    expect(native?.counts[16]).to.equal(2);
    expect(native?.counts.at(-1)).to.equal(1);
    expect(histogram().cell.histogram.native).to.equal(undefined);
  });
});
