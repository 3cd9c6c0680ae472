import { expect } from 'chai';
import { checkPcm, durationOf, silence, toMono, toStereo } from '../../src/audio/pcm.ts';

const left = Float32Array.of(1, 0, -1);
const right = Float32Array.of(0, 1, -1);

describe('pcm', () => {
  it('accepts mono, stereo and no samples at all', () => {
    expect(() => checkPcm({ sampleRate: 48_000, channels: [left, right] })).not.to.throw();
    expect(() => checkPcm({ sampleRate: 8_000, channels: [new Float32Array(0)] })).not.to.throw();
  });

  it('refuses samples that would poison a mix, naming the sound', () => {
    const poisoned = { sampleRate: 48_000, channels: [Float32Array.of(0, Number.NaN)] };
    expect(() => checkPcm(poisoned, 'voice 3')).to.throw(RangeError, 'Cannot use voice 3: channel 0');
    poisoned.channels = [Float32Array.of(0, Number.POSITIVE_INFINITY)];
    expect(() => checkPcm(poisoned)).to.throw(RangeError, 'not a finite number');
  });

  it('refuses uneven channels, no channels and impossible rates', () => {
    expect(() => checkPcm({ sampleRate: 48_000, channels: [left, new Float32Array(2)] })).to.throw('channel 1 has 2');
    expect(() => checkPcm({ sampleRate: 48_000, channels: [] })).to.throw('it has 0 channels');
    for (const sampleRate of [0, 44_100.5, Number.NaN, 1e9]) {
      expect(() => checkPcm({ sampleRate, channels: [left] })).to.throw(`"${sampleRate}"`);
    }
  });

  it('averages channels to mono, so that full scale stays full scale', () => {
    expect([...toMono({ sampleRate: 48_000, channels: [left, right] })]).to.deep.equal([0.5, 0.5, -1]);
  });

  it('hears mono on both sides and folds more than two channels', () => {
    expect(toStereo({ sampleRate: 48_000, channels: [left] })).to.deep.equal([left, left]);
    expect(toStereo({ sampleRate: 48_000, channels: [left, right] })).to.deep.equal([left, right]);
    const [folded] = toStereo({ sampleRate: 48_000, channels: [left, left, left] });
    expect([...folded].map((sample) => Math.round(sample * 1e6) / 1e6)).to.deep.equal([1, 0, -1]);
  });

  it('counts time in frames', () => {
    expect(durationOf(silence(1.5, 16_000, 2))).to.equal(1.5);
  });
});
