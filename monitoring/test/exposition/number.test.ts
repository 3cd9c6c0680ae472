import { expect } from 'chai';
import fc from 'fast-check';
import { canonicalNumber, formatNumber } from '../../src/exposition/number.ts';

describe('numbers of the text formats', () => {
  it('says what is no finite number in the words of Prometheus', () => {
    expect([Number.NaN, Infinity, -Infinity].map(formatNumber)).to.deep.equal(['NaN', '+Inf', '-Inf']);
  });

  it('writes integers without a point, and very large and small numbers with an exponent', () => {
    expect([0, -0, 42, 0.1, 1e21, 5e-324, -1.5e-7].map(formatNumber)).to.deep.equal([
      '0',
      '0',
      '42',
      '0.1',
      '1e+21',
      '5e-324',
      '-1.5e-7',
    ]);
  });

  it('writes bounds as the specification of OpenMetrics lists them', () => {
    const bounds = [
      0,
      0.001,
      0.01,
      0.1,
      0.9,
      1,
      10,
      100,
      99999.5,
      1e5,
      1e6,
      1_048_576,
      1e-4,
      1e-5,
      2.5e-10,
      1e100,
      Infinity,
    ];
    expect(bounds.map(canonicalNumber).join(' ')).to.equal(
      '0.0 0.001 0.01 0.1 0.9 1.0 10.0 100.0 99999.5 100000.0 1e+06 1.048576e+06 0.0001 1e-05 2.5e-10 1e+100 +Inf',
    );
  });

  it('reads back as the same number, and never looks like an integer', () => {
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
        const text = canonicalNumber(value);
        expect(Number(text) === value, text).to.equal(true);
        expect(text).to.match(/[.e]/);
        expect(Number(formatNumber(value)) === value).to.equal(true);
      }),
    );
  });
});
