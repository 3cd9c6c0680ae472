import { expect } from 'chai';
import fc from 'fast-check';
import { scanJson } from '../src/scan.ts';

/** The depth of a parsed value, counted the slow and obvious way. */
function depth(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depth));
}

describe('scanJson', () => {
  it('agrees with the depth of the parsed value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.integer({ min: 0, max: 8 }), (value, maxDepth) => {
        const excess = scanJson(JSON.stringify(value), { maxDepth, maxArrayItems: 1_000_000 });
        expect(excess).to.equal(depth(value) > maxDepth ? 'depth' : undefined);
      }),
    );
  });

  it('ends on an unfinished string or escape', () => {
    expect(scanJson(`${'['.repeat(70)}"abc\\`, { maxDepth: 100, maxArrayItems: 10 })).to.equal(undefined);
  });
});
