import { expect } from 'chai';
import fc from 'fast-check';
import { isRateText, parseRate, printRate } from '../../src/limits/rate-text.ts';

const READ = {
  '100/60s+20': { calls: 100, windowMs: 60_000, burst: 20 },
  '10/1m': { calls: 10, windowMs: 60_000, burst: 0 },
  '1/1500ms': { calls: 1, windowMs: 1_500, burst: 0 },
  '20/1h+4': { calls: 20, windowMs: 3_600_000, burst: 4 },
  '500/1d+0': { calls: 500, windowMs: 86_400_000, burst: 0 },
  off: undefined,
};

const WRONG = [
  '',
  'OFF',
  ' 10/1m',
  '10/1m ',
  '10 / 1m',
  '10/m',
  '10/1',
  '10/1w',
  '0/1s',
  '10/0s',
  '010/1s',
  '-1/1s',
  '1.5/1s',
  '1e3/1s',
  '10/1s+',
  '10/1s+-1',
  '10/1s+1+1',
  '10/1s\n',
  '10/2d',
  '100000001/1s',
  '10/1s+999999999',
  '٣/1s',
];

describe('rate text', () => {
  for (const [text, rate] of Object.entries(READ)) {
    it(`reads "${text}"`, () => {
      expect(parseRate(text)).to.deep.equal(rate);
      expect(isRateText(text)).to.equal(true);
    });
  }

  for (const text of WRONG) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(isRateText(text)).to.equal(false);
      expect(() => parseRate(text)).to.throw(`Cannot read the rate "${text}"; write calls/window+burst, such as`);
    });
  }

  it('prints whole seconds as seconds, the rest as milliseconds, and no burst of 0', () => {
    expect(['100/1m+20', '10/1h', '1/1500ms+0', 'off'].map((text) => printRate(parseRate(text)))).to.deep.equal([
      '100/60s+20',
      '10/3600s',
      '1/1500ms',
      'off',
    ]);
  });

  it('reads back what it prints', () => {
    const rate = fc.record({
      calls: fc.integer({ min: 1, max: 100_000_000 }),
      windowMs: fc.oneof(
        fc.integer({ min: 1, max: 86_400_000 }),
        fc.integer({ min: 1, max: 86_400 }).map((seconds) => seconds * 1_000),
      ),
      burst: fc.integer({ min: 0, max: 100_000_000 }),
    });
    fc.assert(
      fc.property(rate, (one) => {
        expect(parseRate(printRate(one))).to.deep.equal(one);
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads or refuses any text, and both questions agree', () => {
    const near = fc
      .array(fc.constantFrom('1', '0', '9', '/', '+', 's', 'm', 'h', 'd', ' ', '.', '-'), { maxLength: 14 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (text) => {
        if (isRateText(text)) expect(isRateText(printRate(parseRate(text)))).to.equal(true);
        else expect(() => parseRate(text)).to.throw('Cannot read the rate');
      }),
      { numRuns: 3_000 },
    );
  });
});
