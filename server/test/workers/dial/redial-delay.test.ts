import { expect } from 'chai';
import fc from 'fast-check';
import { redialDelay } from '../../../src/workers/dial/redial-delay.ts';

describe('redialDelay', () => {
  it('doubles from a quarter of a second to half a minute', () => {
    const latest = [1, 2, 3, 7, 8, 9].map((attempt) => Math.round(redialDelay(attempt, () => 0.999999)));
    expect(latest).to.deep.equal([250, 500, 1000, 16_000, 30_000, 30_000]);
    expect(redialDelay(1, () => 0)).to.equal(125);
  });

  it('is never nothing and never too long, however often it failed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, dice) => {
        const delay = redialDelay(attempt, () => dice);
        expect(delay).to.be.within(125, 30_000);
      }),
    );
  });
});
