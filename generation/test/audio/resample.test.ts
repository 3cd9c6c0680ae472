import { expect } from 'chai';
import fc from 'fast-check';
import { frameCount } from '../../src/audio/pcm.ts';
import { resample } from '../../src/audio/resample.ts';
import { amplitudeOf, first, sine } from './tones.ts';

describe('resample', () => {
  for (const [from, to] of [
    [16_000, 48_000],
    [44_100, 48_000],
    [48_000, 44_100],
    [22_050, 48_000],
    [47_999, 48_000],
    [96_000, 16_000],
  ] as const) {
    it(`keeps a tone where and as loud as it was, ${from} → ${to} Hz`, () => {
      const tone = resample(sine(1_000, 0.5, { sampleRate: from }), to);
      const ideal = first(sine(1_000, 0.5, { sampleRate: to }));
      const worst = first(tone)
        .subarray(200, -200)
        .reduce((most, sample, i) => Math.max(most, Math.abs(sample - (ideal[i + 200] ?? 0))), 0);
      expect(worst).to.be.below(0.002);
    });
  }

  it('lets no image of the old band through when the rate rises', () => {
    const tone = first(resample(sine(5_000, 0.5, { sampleRate: 16_000 }), 48_000));
    expect(20 * Math.log10(amplitudeOf(11_000, tone, 48_000, 1_000, 20_000))).to.be.below(-70);
  });

  it('removes what the lower rate cannot carry', () => {
    const tone = first(resample(sine(12_000, 0.5), 16_000));
    const loudest = tone.subarray(200, -200).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(20 * Math.log10(loudest)).to.be.below(-65);
  });

  it('keeps the duration at any pair of rates', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4_000, max: 96_000 }), fc.integer({ min: 4_000, max: 96_000 }), (from, to) => {
        const length = frameCount(resample(sine(200, 0.02, { sampleRate: from }), to));
        expect(length).to.be.closeTo(0.02 * to, 1 + to / from);
      }),
      { numRuns: 40 },
    );
  });

  it('hands back the same sound at the same rate, and nothing for nothing', () => {
    const tone = sine(440, 0.1);
    expect(resample(tone, 48_000)).to.equal(tone);
    expect(frameCount(resample({ sampleRate: 16_000, channels: [new Float32Array(0)] }, 48_000))).to.equal(0);
  });

  it('refuses a rate that is no rate', () => {
    for (const rate of [0, -1, 0.5, Number.NaN]) {
      expect(() => resample(sine(440, 0.1), rate)).to.throw(RangeError, `"${rate}"`);
    }
  });
});
