import { expect } from 'chai';
import { measureLoudness } from '../../src/audio/loudness.ts';
import { musicBus } from '../../src/audio/music-bus.ts';
import { sine } from './tones.ts';

const RATE = 48_000;
const level = (samples: Float32Array, from: number, seconds: number): number =>
  Math.max(...samples.subarray(from * RATE, (from + seconds) * RATE).map(Math.abs));

describe('music bus', () => {
  it('brings any music to the level where it meets the voice', () => {
    for (const loud of [-40, -3]) {
      const tracks = musicBus(sine(500, 12, { level: loud, channels: 2 }), 12 * RATE, RATE, false);
      expect(measureLoudness({ sampleRate: RATE, channels: tracks }).integratedLufs).to.be.closeTo(-20, 0.6);
    }
  });

  it('cuts a long piece and repeats a short one, without a hole at the joint', () => {
    const [cut] = musicBus(sine(500, 9), 4 * RATE, RATE, false);
    expect(cut.length).to.equal(4 * RATE);
    const [repeated] = musicBus(sine(500, 4), 11 * RATE, RATE, false);
    expect(repeated.length).to.equal(11 * RATE);
    for (let second = 1; second < 9; second += 0.25) {
      expect(level(repeated, second, 0.1), `at ${second} s`).to.be.within(0.05, 0.4);
    }
  });

  it('does not begin again for a missing moment at the end', () => {
    const [track] = musicBus(sine(500, 4), 5 * RATE, RATE, false);
    expect(level(track, 4.05, 0.9)).to.equal(0);
  });

  it('begins and ends in silence', () => {
    for (const track of musicBus(sine(500, 6, { channels: 2 }), 6 * RATE, RATE, false)) {
      expect(track[0]).to.equal(0);
      expect(Math.abs(track.at(-1) ?? 1)).to.equal(0);
      expect(level(track, 5.9, 0.1)).to.be.below(level(track, 3, 0.1) / 50);
    }
  });

  it('steps back in the middle of the spectrum under words', () => {
    const mix = (underWords: boolean): number => {
      const [track] = musicBus(sine(2_000, 6), 6 * RATE, RATE, underWords);
      return 20 * Math.log10(level(track, 2, 0.5));
    };
    expect(mix(false) - mix(true)).to.be.closeTo(5, 0.1);
  });

  it('makes silence of silence and of nothing', () => {
    for (const seconds of [0, 3]) {
      const [left, right] = musicBus(
        { sampleRate: RATE, channels: [new Float32Array(seconds * RATE)] },
        RATE,
        RATE,
        true,
      );
      expect([...left, ...right].every((sample) => sample === 0)).to.equal(true);
    }
  });
});
