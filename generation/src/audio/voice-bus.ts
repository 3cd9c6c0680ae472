import { applyBiquad, highPass, highShelf, peaking } from './biquad.ts';
import { type CompressorOptions, compress } from './compress.ts';
import { fromDecibels } from './decibel.ts';
import { measureLoudness } from './loudness.ts';
import { checkPcm, type Pcm, toMono } from './pcm.ts';
import { resample } from './resample.ts';

/** A recording and when it begins. */
export interface PlacedVoice {
  readonly pcm: Pcm;
  /** Seconds from the beginning of the soundtrack. */
  readonly at: number;
}

/** Level at which voice and music, each heard from both sides, meet before the whole is brought to its target. */
export const BUS_LUFS = -20;
/** One track on two sides is twice the energy. */
const BOTH_SIDES_DB = 3.01;

/** For speech at `BUS_LUFS`: evens out syllables and keeps their attack. */
const COMPRESSION: CompressorOptions = {
  thresholdDb: -20,
  ratio: 3,
  kneeDb: 8,
  attackSeconds: 0.006,
  releaseSeconds: 0.12,
};
const MOST_GAIN_DB = 40;

/**
 * All voices on one mono track, at `BUS_LUFS` when heard from both sides, clear and even: rumble and boxiness out, presence up, dynamics tamed.
 * What would lie outside the soundtrack is cut off. Without voices the track is silence.
 */
export function voiceBus(voices: readonly PlacedVoice[], length: number, sampleRate: number): Float32Array {
  const bus = new Float32Array(length);
  voices.forEach(({ pcm, at }, index) => {
    checkPcm(pcm, `voice ${index}`);
    const mono: Pcm = { sampleRate: pcm.sampleRate, channels: [toMono(pcm)] };
    place(toMono(resample(mono, sampleRate)), bus, at * sampleRate);
  });
  if (voices.length === 0) return bus;
  applyBiquad(bus, highPass(85, Math.SQRT1_2, sampleRate));
  applyBiquad(bus, peaking(320, 0.9, -2.5, sampleRate));
  applyBiquad(bus, peaking(3_000, 0.8, 3, sampleRate));
  applyBiquad(bus, highShelf(6_500, Math.SQRT1_2, 2, sampleRate));
  bringTo(bus, sampleRate);
  compress(bus, sampleRate, COMPRESSION);
  bringTo(bus, sampleRate);
  return bus;
}

/** Brings a track to `BUS_LUFS` in place. Silence stays silence and a whisper is not torn up without end. */
function bringTo(samples: Float32Array, sampleRate: number): void {
  const { integratedLufs } = measureLoudness({ sampleRate, channels: [samples] });
  if (integratedLufs === Number.NEGATIVE_INFINITY) return;
  const gain = fromDecibels(Math.min(MOST_GAIN_DB, BUS_LUFS - BOTH_SIDES_DB - integratedLufs));
  for (let i = 0; i < samples.length; i += 1) samples[i] = (samples[i] ?? 0) * gain;
}

function place(source: Float32Array, target: Float32Array, at: number): void {
  const start = Math.round(at);
  const from = Math.max(0, -start);
  const to = Math.min(source.length, target.length - start);
  for (let i = from; i < to; i += 1) target[start + i] = (target[start + i] ?? 0) + (source[i] ?? 0);
}
