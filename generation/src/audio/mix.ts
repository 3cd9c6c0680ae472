import { toDecibels } from './decibel.ts';
import { duckingCurve, type Span } from './duck.ts';
import { master } from './master.ts';
import { musicBus } from './music-bus.ts';
import { durationOf, type Pcm } from './pcm.ts';
import { checkSoundtrackRequest, type SoundtrackRequest } from './soundtrack-request.ts';
import { truePeakDbtp } from './true-peak.ts';
import { voiceBus } from './voice-bus.ts';

export type { SoundtrackRequest };

export interface Soundtrack {
  /** Stereo, 48 kHz. */
  readonly pcm: Pcm;
  /** As measured on `pcm`; silence reads −70 LUFS and −120 dBTP, so that the figures stay finite. */
  readonly loudness: { readonly integratedLufs: number; readonly truePeakDbtp: number };
}

export const SOUNDTRACK_RATE = 48_000;
/** AAC at 192 kbit/s moves peaks by up to this much; the ceiling of the file needs it as headroom here. */
const CODING_HEADROOM_DB = 0.7;
/** Under speech the music is at least this much quieter, however loud it was asked for, unless ducking is off. */
const SPEECH_MARGIN_DB = 9;
/** A climax is louder than the average that the music was levelled by. */
const SWELL_DB = 4;
const SILENCE = { integratedLufs: -70, truePeakDbtp: -120 };

/**
 * Voice and music to one soundtrack at a broadcast level: the voice made clear, the music out of its way (known from the
 * words' times, so it is down before a sentence begins), the whole brought to a loudness below a true-peak ceiling.
 * Deterministic, synchronous, heavy: about a third of a CPU second per half minute.
 * @throws RangeError for figures out of range and for sound that cannot be used
 */
export function mixSoundtrack(request: SoundtrackRequest): Soundtrack {
  checkSoundtrackRequest(request);
  const length = Math.round(request.durationSeconds * SOUNDTRACK_RATE);
  const voice = voiceBus(request.voice, length, SOUNDTRACK_RATE);
  const pcm: Pcm = { sampleRate: SOUNDTRACK_RATE, channels: addMusic(voice, request) };
  const ceilingDb = request.truePeakDb - CODING_HEADROOM_DB;
  const mastered = master(pcm, { loudnessLufs: request.loudnessLufs, ceilingDb });
  return {
    pcm: mastered.pcm,
    loudness: {
      integratedLufs: Math.max(SILENCE.integratedLufs, mastered.integratedLufs),
      truePeakDbtp: Math.max(SILENCE.truePeakDbtp, truePeakDbtp(mastered.pcm)),
    },
  };
}

function addMusic(voice: Float32Array, request: SoundtrackRequest): Float32Array[] {
  const { music, musicVolume } = request;
  if (music === undefined || musicVolume === 0) return [voice, voice];
  const speech = speechOf(request);
  const tracks = musicBus(music, voice.length, SOUNDTRACK_RATE, speech.length > 0);
  const gains = duckingCurve(speech, duckingDepth(request), voice.length, SOUNDTRACK_RATE);
  for (const track of tracks) {
    for (let i = 0; i < track.length; i += 1) {
      track[i] = (track[i] ?? 0) * (gains[i] ?? 0) * musicVolume + (voice[i] ?? 0);
    }
  }
  return [...tracks];
}

function duckingDepth({ duckingDb, musicVolume }: SoundtrackRequest): number {
  if (duckingDb === 0) return 0;
  return Math.max(duckingDb, toDecibels(musicVolume) + SPEECH_MARGIN_DB + SWELL_DB);
}

function speechOf({ speechSpans, voice }: SoundtrackRequest): readonly Span[] {
  if (speechSpans.length > 0) return speechSpans;
  return voice.map(({ pcm, at }) => ({ start: at, end: at + durationOf(pcm) }));
}
