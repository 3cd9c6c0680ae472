import { expect } from 'chai';
import fc from 'fast-check';
import { duckingCurve, joinSpans } from '../../src/audio/duck.ts';

const RATE = 1_000;
const low = 10 ** (-12 / 20);

describe('ducking', () => {
  it('is down when the first word begins and stays down until the last has ended', () => {
    const gains = duckingCurve([{ start: 2, end: 4 }], 12, 8 * RATE, RATE);
    for (let i = 2 * RATE; i < 4 * RATE; i += 1) expect(gains[i]).to.be.closeTo(low, 1e-6);
  });

  it('begins to fall a quarter of a second before, and is back within a second', () => {
    const gains = duckingCurve([{ start: 2, end: 4 }], 12, 8 * RATE, RATE);
    expect(gains[1_749]).to.equal(1);
    expect(gains[1_800]).to.be.within(0.8, 0.999);
    expect(gains[1_990]).to.be.below(0.3);
    expect(gains[5_000]).to.equal(1);
  });

  it('does not pump between two sentences', () => {
    const spans = [
      { start: 1, end: 2 },
      { start: 2.9, end: 4 },
    ];
    const gains = duckingCurve(spans, 12, 6 * RATE, RATE);
    for (let i = 2 * RATE; i < 2.9 * RATE; i += 1) expect(gains[i]).to.be.closeTo(low, 1e-6);
  });

  it('never jumps and never leaves its bounds, whatever the spans', () => {
    const spans = fc.array(
      fc.record({
        start: fc.double({ min: -2, max: 12, noNaN: true }),
        end: fc.double({ min: -2, max: 12, noNaN: true }),
      }),
      {
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(spans, (some) => {
        const gains = duckingCurve(some, 12, 10 * RATE, RATE);
        const steps = gains.map((gain, i) => Math.abs(gain - (gains[i - 1] ?? gain)));
        expect(Math.max(...steps)).to.be.below(0.02);
        expect(Math.min(...gains)).to.be.at.least(low - 1e-6);
        expect(Math.max(...gains)).to.be.at.most(1);
      }),
      { numRuns: 60 },
    );
  });

  it('does nothing at 0 dB and without speech', () => {
    expect(duckingCurve([{ start: 0, end: 1 }], 0, RATE, RATE).every((gain) => gain === 1)).to.equal(true);
    expect(duckingCurve([], 12, RATE, RATE).every((gain) => gain === 1)).to.equal(true);
  });

  it('joins spans in any order and drops empty ones', () => {
    const spans = [
      { start: 5, end: 6 },
      { start: 1, end: 3 },
      { start: 2, end: 2.5 },
      { start: 4, end: 4 },
      { start: 3.2, end: 3.4 },
    ];
    expect(joinSpans(spans, 0.5)).to.deep.equal([
      { start: 1, end: 3.4 },
      { start: 5, end: 6 },
    ]);
  });
});
