import { expect } from 'chai';
import { guardRules } from '../../src/guard/rules.ts';

describe('The rules of the guard', () => {
  it('are those of the simulation unless said otherwise', () => {
    expect(guardRules()).to.deep.equal({
      hardInARow: 5,
      ejectionMs: 10_000,
      longestEjectionMs: 120_000,
      jitter: 0.1,
      forgetAfterMs: 60_000,
      trialDeadlineMs: 30_000,
      rampMs: 10_000,
      rampFrom: 0.1,
      mostOut: 0.5,
      panicAt: 0.5,
    });
    expect(guardRules({ hardInARow: 3 }).hardInARow).to.equal(3);
  });

  it('are refused with the value and what is allowed', () => {
    expect(() => guardRules({ jitter: 2 })).to.throw(
      RangeError,
      'Cannot use "2" as jitter: give a number from 0 to 0.9',
    );
    expect(() => guardRules({ hardInARow: Number.NaN })).to.throw(RangeError, 'hardInARow');
    expect(() => guardRules({ ejectionMs: 200_000 })).to.throw(RangeError, 'longestEjectionMs');
  });
});
