import { expect } from 'chai';
import { measureLoudness } from '../../src/audio/loudness.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { truePeakDbtp } from '../../src/audio/true-peak.ts';
import { composeMusic, type MusicRequest } from '../../src/music/compose.ts';
import { MOODS, type Mood } from '../../src/music/moods.ts';

const RATE = 48_000;
const moods = Object.keys(MOODS).filter((mood): mood is Mood => Object.hasOwn(MOODS, mood));

function loudest({ channels }: Pcm, from: number, to: number): number {
  const part = channels.map((samples) => samples.subarray(Math.round(from * RATE), Math.round(to * RATE)));
  return Math.max(...part.map((samples) => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)));
}

function energy({ channels }: Pcm, from: number, to: number): number {
  const part = (channels[0] ?? new Float32Array(0)).subarray(Math.round(from * RATE), Math.round(to * RATE));
  return part.reduce((sum, sample) => sum + sample * sample, 0) / part.length;
}

/** Share of the energy that lies in the steps from sample to sample; hiss has much of it, warm sound little. */
function harshness({ channels }: Pcm): number {
  const samples = channels[0] ?? new Float32Array(0);
  let steps = 0;
  let whole = 0;
  samples.forEach((sample, i) => {
    steps += (sample - (samples[i - 1] ?? 0)) ** 2;
    whole += sample * sample;
  });
  return steps / whole;
}

describe('composed music', () => {
  for (const mood of moods) {
    it(`is exactly as long as asked, loud enough, never too loud, and silent at both edges (${mood})`, () => {
      const piece = composeMusic({ durationSeconds: 12.345, mood, seed: 5 });
      expect(piece.sampleRate).to.equal(RATE);
      expect(piece.channels.map(({ length }) => length)).to.deep.equal([592_560, 592_560]);
      expect(measureLoudness(piece).integratedLufs).to.be.closeTo(-16, 1);
      expect(truePeakDbtp(piece)).to.be.at.most(-1.4);
      expect(loudest(piece, 0, 0.001)).to.be.below(0.01);
      expect(loudest(piece, 12.335, 12.345)).to.be.below(0.001);
    });

    it(`is warm: little of it is treble, none of it a click (${mood})`, () => {
      const piece = composeMusic({ durationSeconds: 12, mood, seed: 9 });
      expect(harshness(piece)).to.be.below(0.02);
      const samples = piece.channels[0] ?? new Float32Array(0);
      const largestStep = samples.reduce(
        (most, sample, i) => Math.max(most, Math.abs(sample - (samples[i - 1] ?? 0))),
        0,
      );
      expect(largestStep).to.be.below(0.25);
    });
  }

  it('is the same for the same seed and another for another', () => {
    const request: MusicRequest = { durationSeconds: 6, mood: 'hopeful', seed: 42 };
    const [first, again, other] = [
      composeMusic(request),
      composeMusic(request),
      composeMusic({ ...request, seed: 43 }),
    ];
    expect(again).to.deep.equal(first);
    expect(other.channels[0]).not.to.deep.equal(first.channels[0]);
  });

  it('sounds different in every mood', () => {
    const pieces = moods.map((mood) =>
      composeMusic({ durationSeconds: 3, mood, seed: 1 }).channels[0]?.slice(48_000, 48_200),
    );
    expect(new Set(pieces.map((samples) => samples?.join())).size).to.equal(moods.length);
  });

  it('is wide: left and right are not the same', () => {
    const { channels } = composeMusic({ durationSeconds: 4, mood: 'calm', seed: 1 });
    expect(channels[0]).not.to.deep.equal(channels[1]);
  });

  it('rises towards the end and then rings out', () => {
    for (const mood of ['uplifting', 'dramatic', 'corporate'] as const) {
      const piece = composeMusic({ durationSeconds: 30, mood, seed: 3 });
      expect(energy(piece, 20, 26), mood).to.be.above(energy(piece, 0, 5) * 1.3);
      expect(energy(piece, 29, 29.9), mood).to.be.below(energy(piece, 27, 28) / 4);
    }
  });

  it('makes something of the shortest and of odd lengths', () => {
    for (const durationSeconds of [1, 1.5, 3.3, 4.1, 7.77]) {
      const piece = composeMusic({ durationSeconds, mood: 'playful', seed: 8 });
      expect(piece.channels[0]?.length).to.equal(Math.round(durationSeconds * RATE));
      expect(loudest(piece, 0, durationSeconds)).to.be.within(0.05, 0.9);
    }
  });

  it('refuses what it cannot compose, quoting it', () => {
    const wrong: readonly (readonly [object, string])[] = [
      [{ durationSeconds: 0.5 }, '"0.5" seconds'],
      [{ durationSeconds: Number.NaN }, '"NaN" seconds'],
      [{ durationSeconds: 601 }, '"601" seconds'],
      [{ bpm: 20 }, '"20" beats'],
      [{ bpm: Number.NaN }, '"NaN" beats'],
      [{ seed: 1.5 }, 'seed "1.5"'],
      [{ mood: 'constructor' }, 'mood "constructor"'],
    ];
    for (const [part, words] of wrong) {
      const request = { durationSeconds: 5, mood: 'calm', seed: 1, ...part } as MusicRequest;
      expect(() => composeMusic(request), words).to.throw(RangeError, words);
    }
  });
});
