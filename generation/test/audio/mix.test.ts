import { expect } from 'chai';
import { measureLoudness } from '../../src/audio/loudness.ts';
import { mixSoundtrack, type SoundtrackRequest } from '../../src/audio/mix.ts';
import { durationOf, frameCount } from '../../src/audio/pcm.ts';
import { truePeakDbtp } from '../../src/audio/true-peak.ts';
import { amplitudeOf, babble, first, sine } from './tones.ts';

const music = sine(440, 12, { channels: 2 });
const base: SoundtrackRequest = {
  durationSeconds: 12,
  voice: [{ pcm: babble(5), at: 3 }],
  speechSpans: [{ start: 3, end: 8 }],
  music,
  musicVolume: 0.2,
  duckingDb: 10,
  loudnessLufs: -14,
  truePeakDb: -1,
};
const { music: _, ...withoutMusic } = base;

describe('soundtrack', () => {
  it('is stereo at 48 kHz, exactly as long as asked, at its loudness and below its peak', () => {
    const { pcm, loudness } = mixSoundtrack(base);
    expect(pcm.sampleRate).to.equal(48_000);
    expect(pcm.channels.length).to.equal(2);
    expect(frameCount(pcm)).to.equal(12 * 48_000);
    expect(loudness.integratedLufs).to.be.closeTo(-14, 0.5);
    expect(loudness.truePeakDbtp).to.be.at.most(-1.5);
    expect(measureLoudness(pcm).integratedLufs).to.equal(loudness.integratedLufs);
    expect(truePeakDbtp(pcm)).to.equal(loudness.truePeakDbtp);
  });

  it('reaches other targets', () => {
    const { loudness } = mixSoundtrack({ ...base, loudnessLufs: -23, truePeakDb: -3 });
    expect(loudness.integratedLufs).to.be.closeTo(-23, 0.5);
    expect(loudness.truePeakDbtp).to.be.at.most(-3);
  });

  it('lowers the music under speech by what was asked, and not elsewhere', () => {
    const track = first(mixSoundtrack({ ...base, duckingDb: 15 }).pcm);
    const at = (from: number, to: number): number => amplitudeOf(440, track, 48_000, from * 48_000, to * 48_000);
    expect(20 * Math.log10(at(1, 2) / at(4, 7))).to.be.closeTo(15, 1);
    expect(20 * Math.log10(at(1, 2) / at(9.2, 10))).to.be.closeTo(0, 1);
  });

  it('keeps loud music at least 9 dB under the words', () => {
    const loud = { ...base, musicVolume: 1, duckingDb: 3 };
    const under = first(mixSoundtrack(loud).pcm);
    const alone = first(mixSoundtrack({ ...withoutMusic, musicVolume: 1, duckingDb: 3 }).pcm);
    const amplitude = amplitudeOf(440, under, 48_000, 4 * 48_000, 7 * 48_000);
    const musicLufs = measureLoudness(sine(440, 3, { channels: 2, level: 20 * Math.log10(amplitude) })).integratedLufs;
    const words = alone.slice(4 * 48_000, 7 * 48_000);
    const wordsLufs = measureLoudness({ sampleRate: 48_000, channels: [words, words] }).integratedLufs;
    expect(wordsLufs - musicLufs).to.be.above(9);
  });

  it('takes every voice for speech when nobody says when words are spoken', () => {
    const track = first(mixSoundtrack({ ...base, speechSpans: [], duckingDb: 15 }).pcm);
    const at = (from: number, to: number): number => amplitudeOf(440, track, 48_000, from * 48_000, to * 48_000);
    expect(20 * Math.log10(at(1, 2) / at(4, 7))).to.be.closeTo(15, 1);
  });

  it('puts each voice where it belongs and cuts what hangs over', () => {
    const voice = [
      { pcm: sine(500, 1), at: 2 },
      { pcm: sine(700, 1, { sampleRate: 44_100, channels: 2 }), at: 6 },
      { pcm: sine(900, 4), at: 10 },
    ];
    const track = first(mixSoundtrack({ ...withoutMusic, voice, speechSpans: [] }).pcm);
    const at = (frequency: number, from: number): number =>
      amplitudeOf(frequency, track, 48_000, from * 48_000, (from + 0.5) * 48_000);
    expect(at(500, 2.2)).to.be.above(0.1);
    expect(at(700, 6.2)).to.be.above(0.1);
    expect(at(900, 11.4)).to.be.above(0.1);
    expect(at(500, 4)).to.be.below(1e-4);
  });

  it('makes a soundtrack of music alone and of a voice alone', () => {
    for (const request of [{ ...base, voice: [], speechSpans: [] }, withoutMusic, { ...base, musicVolume: 0 }]) {
      const { loudness, pcm } = mixSoundtrack(request);
      expect(loudness.integratedLufs).to.be.closeTo(-14, 0.5);
      expect(first(pcm).every(Number.isFinite)).to.equal(true);
    }
  });

  it('is silence, in finite figures, when there is neither', () => {
    const { pcm, loudness } = mixSoundtrack({ ...withoutMusic, voice: [], speechSpans: [] });
    expect(loudness).to.deep.equal({ integratedLufs: -70, truePeakDbtp: -120 });
    expect(durationOf(pcm)).to.equal(12);
    expect(first(pcm).every((sample) => sample === 0)).to.equal(true);
    expect(frameCount(mixSoundtrack({ ...withoutMusic, durationSeconds: 0, voice: [], speechSpans: [] }).pcm)).to.equal(
      0,
    );
  });

  it('gives up loudness rather than the peak when a click is all there is', () => {
    const click = new Float32Array(16_000);
    click[8_000] = 1;
    const voice = [{ pcm: { sampleRate: 16_000, channels: [click] }, at: 1 }];
    const { loudness } = mixSoundtrack({ ...withoutMusic, voice });
    expect(loudness.truePeakDbtp).to.be.at.most(-1);
    expect(loudness.integratedLufs).to.be.below(-14);
  });

  it('is the same every time', () => {
    expect(mixSoundtrack(base)).to.deep.equal(mixSoundtrack(base));
  });

  it('refuses figures out of range, quoting them', () => {
    const wrong: readonly (readonly [Partial<SoundtrackRequest>, string])[] = [
      [{ durationSeconds: -1 }, 'durationSeconds is "-1"'],
      [{ durationSeconds: 4_000 }, 'durationSeconds is "4000"'],
      [{ musicVolume: 1.5 }, 'musicVolume is "1.5"'],
      [{ duckingDb: Number.NaN }, 'duckingDb is "NaN"'],
      [{ loudnessLufs: 0 }, 'loudnessLufs is "0"'],
      [{ truePeakDb: 1 }, 'truePeakDb is "1"'],
      [{ voice: [{ pcm: babble(1), at: Number.NaN }] }, 'voice 0 is placed at "NaN"'],
      [{ speechSpans: [{ start: 0, end: Number.POSITIVE_INFINITY }] }, 'speech span 0'],
    ];
    for (const [part, words] of wrong) {
      expect(() => mixSoundtrack({ ...base, ...part }), words).to.throw(RangeError, words);
    }
  });

  it('refuses a poisoned voice and poisoned music, naming them', () => {
    const poisoned = { sampleRate: 48_000, channels: [Float32Array.of(Number.NaN)] };
    expect(() => mixSoundtrack({ ...base, voice: [{ pcm: poisoned, at: 0 }] })).to.throw(RangeError, 'voice 0');
    expect(() => mixSoundtrack({ ...base, music: poisoned })).to.throw(RangeError, 'music');
  });
});
