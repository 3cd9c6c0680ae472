import { expect } from 'chai';
import fc from 'fast-check';
import { LineTime, millisecondsText } from '../../src/log/line-time.ts';

describe('the time of a line', () => {
  it('is what toISOString says, however the clock jumps', () => {
    const time = new LineTime();
    const moment = fc.oneof(
      fc.integer({ min: 1_795_248_000_000, max: 1_795_248_005_000 }),
      fc.integer({ min: 0, max: 4_102_444_800_000 }),
    );
    fc.assert(
      fc.property(moment, (at) => {
        expect(time.text(at)).to.equal(new Date(at).toISOString());
      }),
      { numRuns: 2_000 },
    );
  });

  it('is cut to whole milliseconds', () => {
    const time = new LineTime();
    expect([1_000.9, 1_001.2, 1_999.9, 2_000].map((at) => time.text(at))).to.deep.equal([
      '1970-01-01T00:00:01.000Z',
      '1970-01-01T00:00:01.001Z',
      '1970-01-01T00:00:01.999Z',
      '1970-01-01T00:00:02.000Z',
    ]);
  });
});

describe('the duration in a line', () => {
  it('is milliseconds with three digits behind the point', () => {
    expect([0, 0.0004, 0.0005, 1.2345, 999.9999, 60_000.1].map(millisecondsText)).to.deep.equal([
      '0.000',
      '0.000',
      '0.001',
      '1.235',
      '1000.000',
      '60000.100',
    ]);
  });

  it('is never less than nothing, and always a number', () => {
    expect([-1, Number.NaN].map(millisecondsText)).to.deep.equal(['0.000', '0.000']);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (ms) => {
        expect(JSON.parse(millisecondsText(ms))).to.be.closeTo(ms, 0.001);
      }),
    );
  });
});
