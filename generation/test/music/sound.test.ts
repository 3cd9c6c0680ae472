import { expect } from 'chai';
import { ORCHESTRA } from '../../src/music/instruments/orchestra.ts';
import { perform } from '../../src/music/perform.ts';
import { addRoom } from '../../src/music/reverb.ts';
import type { Note } from '../../src/music/score.ts';
import { seededRandom } from '../../src/picture/seeded-random.ts';

const RATE = 48_000;
const tracks = (seconds: number) => [new Float32Array(seconds * RATE), new Float32Array(seconds * RATE)] as const;
const rms = (samples: Float32Array, from: number, to: number): number => {
  const part = samples.subarray(from * RATE, to * RATE);
  return Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / part.length);
};

/** Hertz by counting upward crossings of zero. */
function pitchOf(samples: Float32Array, from: number, to: number): number {
  const part = samples.subarray(from * RATE, to * RATE);
  let crossings = 0;
  part.forEach((sample, i) => {
    if (i > 0 && sample >= 0 && (part[i - 1] ?? 0) < 0) crossings += 1;
  });
  return crossings / (to - from);
}

describe('instruments', () => {
  for (const [name, { voice }] of Object.entries(ORCHESTRA)) {
    it(`${name}: begins and ends in silence and stays within full scale`, () => {
      for (const [frequency, seconds] of [
        [110, 0.05],
        [262, 1],
        [1_100, 2],
      ] as const) {
        const samples = voice({ frequency, seconds, sampleRate: RATE, random: seededRandom(1) });
        expect(samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).to.be.within(0.02, 1.3);
        expect(Math.abs(samples[0] ?? 1)).to.be.below(0.01);
        expect(Math.abs(samples.at(-1) ?? 1)).to.be.below(0.001);
      }
    });
  }

  it('play the pitch they are given', () => {
    for (const name of ['kalimba', 'bell', 'bass', 'keys'] as const) {
      const samples = ORCHESTRA[name].voice({ frequency: 330, seconds: 1, sampleRate: RATE, random: seededRandom(1) });
      expect(pitchOf(samples, 0.3, 0.9), name).to.be.closeTo(330, 4);
    }
  });

  it('die away when struck and hold when bowed', () => {
    const tone = { frequency: 262, seconds: 2, sampleRate: RATE, random: seededRandom(1) };
    const harp = ORCHESTRA.harp.voice(tone);
    expect(rms(harp, 1, 1.2)).to.be.below(rms(harp, 0.02, 0.2) / 4);
    const strings = ORCHESTRA.strings.voice(tone);
    expect(rms(strings, 1, 1.2)).to.be.above(rms(strings, 0.02, 0.2));
  });
});

describe('performance', () => {
  const note: Note = { instrument: 'harp', pitch: 60, start: 0.5, seconds: 0.3, level: 0.5, pan: 0 };

  it('puts a note where and as loud as it is written', () => {
    const { room } = perform([note, { ...note, start: 1.5, level: 0.25 }], 2.5 * RATE, RATE, seededRandom(1));
    const [left] = room;
    expect(rms(left, 0, 0.49)).to.equal(0);
    expect(rms(left, 0.5, 0.8) / rms(left, 1.5, 1.8)).to.be.closeTo(2, 0.01);
  });

  it('pans at equal power', () => {
    const power = (pan: number): readonly [number, number] => {
      const { room } = perform([{ ...note, pan }], RATE, RATE, seededRandom(1));
      return [rms(room[0], 0.5, 0.9) ** 2, rms(room[1], 0.5, 0.9) ** 2];
    };
    const [left, right] = power(-1);
    expect(right).to.be.below(left / 1e6);
    const centre = power(0);
    expect(centre[0] + centre[1]).to.be.closeTo(left + right, left / 1_000);
  });

  it('keeps drums and bass out of the room and cuts what hangs over the end', () => {
    const kick: Note = { ...note, instrument: 'kick', start: 0.95 };
    const { front, room } = perform([kick], RATE, RATE, seededRandom(1));
    expect(rms(room[0], 0, 1)).to.equal(0);
    expect(rms(front[0], 0.95, 1)).to.be.above(0);
  });
});

describe('room', () => {
  it('answers a clap with a tail on both sides that falls by 60 dB in its time', () => {
    const [source, target] = [tracks(4), tracks(4)];
    source[0][0] = 1;
    addRoom(source, target, RATE, 2, 1);
    for (const side of target) {
      expect(rms(side, 0, 0.018)).to.equal(0);
      const decay = 20 * Math.log10(rms(side, 0.3, 0.5) / rms(side, 1.3, 1.5));
      expect(decay).to.be.within(24, 60);
    }
    expect(target[0]).not.to.deep.equal(target[1]);
  });

  it('adds to what is there, as much as it is told', () => {
    const source = tracks(1);
    source[0][100] = 1;
    const [dry, wet, wetter] = [tracks(1), tracks(1), tracks(1)];
    for (const target of [dry, wet, wetter]) target[0][0] = 0.5;
    addRoom(source, dry, RATE, 2, 0);
    addRoom(source, wet, RATE, 2, 0.2);
    addRoom(source, wetter, RATE, 2, 0.4);
    expect(dry[0][0]).to.equal(0.5);
    expect(rms(dry[0], 0.01, 1)).to.equal(0);
    expect(rms(wetter[0], 0.1, 1) / rms(wet[0], 0.1, 1)).to.be.closeTo(2, 1e-3);
  });

  it('stays silent in silence, for ever', () => {
    const target = tracks(1);
    addRoom(tracks(1), target, RATE, 4, 1);
    expect(target[0].every((sample) => sample === 0)).to.equal(true);
  });
});
