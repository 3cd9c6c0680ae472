import { expect } from 'chai';
import { applyBiquad, type Biquad, highPass, highShelf, lowPass, peaking } from '../../src/audio/biquad.ts';
import { compress } from '../../src/audio/compress.ts';
import { amplitudeOf, first, sine } from './tones.ts';

/** Gain in dB that a section has at a frequency. */
function response(section: Biquad, frequency: number): number {
  const samples = first(sine(frequency, 0.5));
  applyBiquad(samples, section);
  return 20 * Math.log10(amplitudeOf(frequency, samples, 48_000, 4_800));
}

describe('biquad sections', () => {
  it('cut below and above their corner, and are 3 dB down at it', () => {
    expect(response(highPass(100, Math.SQRT1_2, 48_000), 100)).to.be.closeTo(-3, 0.1);
    expect(response(highPass(100, Math.SQRT1_2, 48_000), 20)).to.be.below(-26);
    expect(response(highPass(100, Math.SQRT1_2, 48_000), 2_000)).to.be.closeTo(0, 0.05);
    expect(response(lowPass(1_000, Math.SQRT1_2, 48_000), 1_000)).to.be.closeTo(-3, 0.1);
    expect(response(lowPass(1_000, Math.SQRT1_2, 48_000), 10_000)).to.be.below(-39);
  });

  it('lift and cut by what they were told', () => {
    expect(response(peaking(3_000, 1, 6, 48_000), 3_000)).to.be.closeTo(6, 0.05);
    expect(response(peaking(300, 1, -4, 48_000), 300)).to.be.closeTo(-4, 0.05);
    expect(response(peaking(3_000, 1, 6, 48_000), 100)).to.be.closeTo(0, 0.1);
    expect(response(highShelf(4_000, Math.SQRT1_2, 3, 48_000), 16_000)).to.be.closeTo(3, 0.1);
    expect(response(highShelf(4_000, Math.SQRT1_2, 3, 48_000), 200)).to.be.closeTo(0, 0.1);
  });

  it('stay stable when the corner lies above what the rate can carry', () => {
    const samples = first(sine(440, 0.2, { sampleRate: 8_000 }));
    applyBiquad(samples, highShelf(6_500, Math.SQRT1_2, 3, 8_000));
    expect(Math.max(...samples.map(Math.abs))).to.be.below(2);
  });
});

describe('compressor', () => {
  const options = { thresholdDb: -20, ratio: 4, kneeDb: 6, attackSeconds: 0.005, releaseSeconds: 0.1 };
  const levelAfter = (level: number): number => {
    const samples = first(sine(1_000, 0.6, { level }));
    compress(samples, 48_000, options);
    return 20 * Math.log10(amplitudeOf(1_000, samples, 48_000, 14_400));
  };

  it('leaves what is below the threshold alone', () => {
    expect(levelAfter(-30)).to.be.closeTo(-30, 0.05);
  });

  it('lets a quarter of what is above the threshold through', () => {
    expect(levelAfter(-8)).to.be.closeTo(-20 + 12 / 4, 0.3);
  });

  it('bends gently around the threshold', () => {
    expect(levelAfter(-20)).to.be.within(-20.8, -20.2);
  });

  it('makes silence of silence', () => {
    const samples = new Float32Array(1_000);
    compress(samples, 48_000, options);
    expect(samples.every((sample) => sample === 0)).to.equal(true);
  });
});
