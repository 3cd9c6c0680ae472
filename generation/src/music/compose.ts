import { applyBiquad, highPass, lowPass } from '../audio/biquad.ts';
import { limit } from '../audio/limiter.ts';
import { measureLoudness } from '../audio/loudness.ts';
import type { Pcm } from '../audio/pcm.ts';
import { seededRandom } from '../picture/seeded-random.ts';
import { MOODS, type Mood, type MoodPlan } from './moods.ts';
import { arpeggioPart } from './parts/arpeggio.ts';
import { bassPart } from './parts/bass.ts';
import { drumPart } from './parts/drums.ts';
import { melodyPart } from './parts/melody.ts';
import { padPart } from './parts/pad.ts';
import { perform, type StereoTrack } from './perform.ts';
import { planForm } from './plan.ts';
import { addRoom } from './reverb.ts';
import type { Part } from './score.ts';

export interface MusicRequest {
  /** 1 to 600. */
  readonly durationSeconds: number;
  readonly mood: Mood;
  /** 40 to 220 beats a minute; left out, the mood's tempo is bent to fill the time with whole bars. */
  readonly bpm?: number;
  /** The same seed makes the same piece. */
  readonly seed: number;
}

const MUSIC_RATE = 48_000;
const LIMITS = { durationSeconds: [1, 600], bpm: [40, 220] } as const;
const PARTS: readonly Part[] = [padPart, arpeggioPart, bassPart, melodyPart, drumPart];
const LOUDNESS_LUFS = -16;
const CEILING_DB = -1.5;
const FADE_IN_SECONDS = 0.01;
const FADE_OUT_SECONDS = 2.4;

/**
 * Composes and plays a piece of background music of exactly the given length, in stereo at 48 kHz, with a beginning, a rise and
 * an ending chord that rings out; at −16 LUFS and below −1.5 dBTP. Synchronous, about a hundredth of its length in CPU time.
 * @throws RangeError for a length, tempo, seed or mood that cannot be
 */
export function composeMusic(request: MusicRequest): Pcm {
  const mood = checkRequest(request);
  const random = seededRandom(request.seed);
  const form = planForm(request.durationSeconds, mood, request.bpm, random);
  const notes = PARTS.flatMap((part) => part(form, mood, random));
  const length = Math.round(request.durationSeconds * MUSIC_RATE);
  const { room, front } = perform(notes, length, MUSIC_RATE, random);
  addRoom(room, front, MUSIC_RATE, mood.reverbSeconds, mood.wetness);
  return finish(front, room, mood);
}

function checkRequest({ durationSeconds, mood, bpm, seed }: MusicRequest): MoodPlan {
  const [shortest, longest] = LIMITS.durationSeconds;
  if (!(durationSeconds >= shortest && durationSeconds <= longest)) {
    throw new RangeError(`Cannot compose "${durationSeconds}" seconds of music; give ${shortest} to ${longest}`);
  }
  const [slowest, fastest] = LIMITS.bpm;
  if (bpm !== undefined && !(bpm >= slowest && bpm <= fastest)) {
    throw new RangeError(`Cannot compose at "${bpm}" beats a minute; give ${slowest} to ${fastest}`);
  }
  if (!Number.isSafeInteger(seed)) throw new RangeError(`Cannot compose from seed "${seed}"; give a whole number`);
  if (!Object.hasOwn(MOODS, mood)) {
    throw new RangeError(`Cannot compose in mood "${mood}"; choose one of ${Object.keys(MOODS).join(', ')}`);
  }
  return MOODS[mood];
}

/** Adds the two tracks, rounds treble and rumble off, and brings the piece to its level. */
function finish(front: StereoTrack, room: StereoTrack, { brightness }: MoodPlan): Pcm {
  const channels = front.map((samples, side) => {
    const direct = room[side];
    for (let i = 0; i < samples.length; i += 1) samples[i] = (samples[i] ?? 0) + (direct?.[i] ?? 0);
    applyBiquad(samples, highPass(32, Math.SQRT1_2, MUSIC_RATE));
    applyBiquad(samples, lowPass(brightness, 0.5, MUSIC_RATE));
    fade(samples);
    return samples;
  });
  const pcm: Pcm = { sampleRate: MUSIC_RATE, channels };
  return limit(pcm, { gainDb: LOUDNESS_LUFS - measureLoudness(pcm).integratedLufs, ceilingDb: CEILING_DB });
}

/** The last chord has mostly died away by itself; this takes it to silence. */
function fade(samples: Float32Array): void {
  const length = samples.length;
  const fadeIn = FADE_IN_SECONDS * MUSIC_RATE;
  const fadeOut = Math.min(FADE_OUT_SECONDS * MUSIC_RATE, length / 2);
  for (let i = 0; i < fadeIn; i += 1) samples[i] = (samples[i] ?? 0) * (i / fadeIn);
  for (let i = 0; i < fadeOut; i += 1) {
    const t = i / fadeOut;
    const at = length - 1 - i;
    samples[at] = (samples[at] ?? 0) * t * t * (3 - 2 * t);
  }
}
