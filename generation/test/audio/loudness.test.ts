import { expect } from 'chai';
import { kWeighting } from '../../src/audio/k-weighting.ts';
import { measureLoudness } from '../../src/audio/loudness.ts';
import { silence } from '../../src/audio/pcm.ts';
import { joined, sine } from './tones.ts';

const tone = (level: number, seconds: number, sampleRate = 48_000) =>
  sine(1_000, seconds, { level, channels: 2, sampleRate });

describe('loudness', () => {
  it('has the filter table of ITU-R BS.1770-4 at 48 kHz', () => {
    const { shelf, highPass } = kWeighting(48_000);
    const table = [1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585];
    [shelf.b0, shelf.b1, shelf.b2, shelf.a1, shelf.a2].forEach((value, i) => {
      expect(value).to.be.closeTo(table[i] ?? 0, 1e-9);
    });
    expect([highPass.b0, highPass.b1, highPass.b2]).to.deep.equal([1, -2, 1]);
    expect(highPass.a1).to.be.closeTo(-1.99004745483398, 1e-9);
    expect(highPass.a2).to.be.closeTo(0.99007225036621, 1e-9);
  });

  // EBU Tech 3341, minimum requirements, cases 1 to 3; the tolerance there is 0.1 LU.
  it('reads −23 LUFS for a stereo tone at −23 dBFS, and −33 for one at −33', () => {
    expect(measureLoudness(tone(-23, 20)).integratedLufs).to.be.closeTo(-23, 0.1);
    expect(measureLoudness(tone(-33, 20)).integratedLufs).to.be.closeTo(-33, 0.1);
  });

  it('leaves quiet stretches out of the average', () => {
    const programme = joined(tone(-36, 10), tone(-23, 60), tone(-36, 10));
    expect(measureLoudness(programme).integratedLufs).to.be.closeTo(-23, 0.1);
  });

  it('leaves near-silence out altogether', () => {
    const programme = joined(tone(-72, 10), tone(-36, 10), tone(-23, 60), tone(-36, 10), tone(-72, 10));
    expect(measureLoudness(programme).integratedLufs).to.be.closeTo(-23, 0.1);
  });

  it('reads the same at every sample rate', () => {
    for (const rate of [16_000, 22_050, 44_100, 96_000]) {
      expect(measureLoudness(tone(-20, 3, rate)).integratedLufs, `${rate} Hz`).to.be.closeTo(-20, 0.1);
    }
  });

  it('counts a channel once: mono is 3 LU below the same tone on both sides', () => {
    expect(measureLoudness(sine(1_000, 3, { level: -20 })).integratedLufs).to.be.closeTo(-23, 0.1);
  });

  // EBU Tech 3342, minimum requirements, cases 1 and 2; the tolerance there is 1 LU.
  it('reads the range between two levels', () => {
    expect(measureLoudness(joined(tone(-20, 20), tone(-30, 20))).rangeLu).to.be.closeTo(10, 1);
    expect(measureLoudness(joined(tone(-20, 20), tone(-15, 20))).rangeLu).to.be.closeTo(5, 1);
  });

  it('has no loudness for silence and for less than a block', () => {
    expect(measureLoudness(silence(3, 48_000, 2))).to.deep.equal({
      integratedLufs: Number.NEGATIVE_INFINITY,
      rangeLu: 0,
    });
    expect(measureLoudness(tone(-20, 0.3)).integratedLufs).to.equal(Number.NEGATIVE_INFINITY);
  });

  it('refuses surround', () => {
    expect(() => measureLoudness(silence(1, 48_000, 6))).to.throw(RangeError, '6 channels');
  });
});
