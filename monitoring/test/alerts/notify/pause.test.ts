import { expect } from 'chai';
import fc from 'fast-check';
import { pauseAfter } from '../../../src/alerts/notify/pause.ts';

const RULES = { pauseMs: 1_000, longestPauseMs: 60_000 };

describe('the pause after a failed delivery', () => {
  it('is drawn from a bound that doubles up to a minute', () => {
    const bounds = [1, 2, 3, 6, 7, 20, 2_000].map((failures) => pauseAfter(failures, undefined, RULES, () => 1));
    expect(bounds).to.deep.equal([1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000]);
    expect(pauseAfter(5, undefined, RULES, () => 0)).to.equal(0);
  });

  it('is never shorter than what the other side asked for, up to a quarter of an hour', () => {
    const asked = fc.integer({ min: 0, max: 900_000 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        asked,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, ms, dice) => {
          const pause = pauseAfter(failures, ms, RULES, () => dice);
          expect(pause).to.be.within(ms, ms + 1_000);
        },
      ),
    );
    expect(pauseAfter(1, 86_400_000, RULES, () => 0)).to.equal(900_000);
  });
});
