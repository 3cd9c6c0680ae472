import { applyBiquad, peaking } from './biquad.ts';
import { fromDecibels } from './decibel.ts';
import { measureLoudness } from './loudness.ts';
import { checkPcm, frameCount, type Pcm, toStereo } from './pcm.ts';
import { resample } from './resample.ts';
import { BUS_LUFS } from './voice-bus.ts';

const FADE_IN_SECONDS = 0.4;
const FADE_OUT_SECONDS = 1.8;
/** A piece shorter than the soundtrack is heard again, blended into itself over this long. */
const BLEND_SECONDS = 1.5;

/** Where consonants live the music steps back a little, so that it need not be as quiet as otherwise. */
const ROOM_FOR_WORDS = { frequency: 2_000, q: 0.5, gainDb: -5 };

/**
 * The music as a stereo track of exactly `length` frames at `BUS_LUFS`: cut or repeated to fit, faded in and out.
 * @param underWords whether somebody speaks over it
 * @throws RangeError when the music cannot be used
 */
export function musicBus(
  music: Pcm,
  length: number,
  sampleRate: number,
  underWords: boolean,
): readonly [Float32Array, Float32Array] {
  checkPcm(music, 'music');
  const stereo: Pcm = { sampleRate: music.sampleRate, channels: toStereo(music) };
  const source = resample(stereo, sampleRate);
  const { integratedLufs } = measureLoudness(source);
  const gain = integratedLufs === Number.NEGATIVE_INFINITY ? 1 : fromDecibels(BUS_LUFS - integratedLufs);
  const fit = (samples: Float32Array): Float32Array => {
    const track = repeat(samples, length, Math.round(BLEND_SECONDS * sampleRate));
    if (underWords)
      applyBiquad(track, peaking(ROOM_FOR_WORDS.frequency, ROOM_FOR_WORDS.q, ROOM_FOR_WORDS.gainDb, sampleRate));
    fadeEdges(track, sampleRate, gain);
    return track;
  };
  const [left, right] = toStereo(source);
  return frameCount(source) === 0
    ? [new Float32Array(length), new Float32Array(length)]
    : [fit(left), left === right ? fit(left) : fit(right)];
}

/** Lays the piece end to end, every joint blended at equal power, until the track is full but for less than one blend. */
function repeat(samples: Float32Array, length: number, blend: number): Float32Array {
  const track = new Float32Array(length);
  if (length - samples.length < blend) {
    track.set(samples.subarray(0, length));
    return track;
  }
  const overlap = Math.min(blend, Math.floor(samples.length / 2));
  const stride = samples.length - overlap;
  for (let at = 0; at < length; at += stride) {
    const end = Math.min(samples.length, length - at);
    for (let i = 0; i < end; i += 1) {
      let weight = 1;
      if (at > 0 && i < overlap) weight = Math.sin((Math.PI / 2) * (i / overlap));
      const toEnd = samples.length - i;
      if (toEnd < overlap && at + stride < length) weight *= Math.sin((Math.PI / 2) * (toEnd / overlap));
      track[at + i] = (track[at + i] ?? 0) + (samples[i] ?? 0) * weight;
    }
  }
  return track;
}

function fadeEdges(samples: Float32Array, sampleRate: number, gain: number): void {
  const length = samples.length;
  const fadeIn = Math.min(Math.round(FADE_IN_SECONDS * sampleRate), length / 4);
  const fadeOut = Math.min(Math.round(FADE_OUT_SECONDS * sampleRate), length / 2);
  for (let i = 0; i < length; i += 1) {
    const edge = Math.min(1, i / fadeIn, (length - 1 - i) / fadeOut);
    samples[i] = (samples[i] ?? 0) * gain * edge * edge * (3 - 2 * edge);
  }
}
