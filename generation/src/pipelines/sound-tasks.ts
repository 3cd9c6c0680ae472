import type { Span } from '../audio/duck.ts';
import { frameCount, type Pcm, toMono } from '../audio/pcm.ts';
import type { PlacedVoice } from '../audio/voice-bus.ts';
import type { MusicRequest } from '../music/compose.ts';

// Run in threads. Sound crosses the border between stages as WAV files, fresh or resumed alike, so that a resumed job
// makes the same bytes as one that was never interrupted. Each task loads its modules itself: few threads need all.

export interface NarrationRequest {
  /** Speech and where it begins, in seconds; in order, without overlap. */
  readonly parts: readonly PlacedVoice[];
  readonly durationSeconds: number;
}

/** Several recordings of one voice as one WAV file. */
async function narrationWav({ parts, durationSeconds }: NarrationRequest): Promise<Uint8Array> {
  const { encodeWav } = await import('../audio/wav.ts');
  const sampleRate = parts[0]?.pcm.sampleRate ?? 16_000;
  const whole = new Float32Array(Math.round(durationSeconds * sampleRate));
  for (const { pcm, at } of parts) {
    const start = Math.round(at * sampleRate);
    whole.set(toMono(pcm).subarray(0, Math.max(0, whole.length - start)), start);
  }
  return encodeWav({ sampleRate, channels: [whole] });
}

export interface LevelledSpeechRequest {
  readonly pcm: Pcm;
  /** 0 to 1. */
  readonly volume: number;
}

/** A recording as a WAV file, made quieter if asked. */
async function speechWav({ pcm, volume }: LevelledSpeechRequest): Promise<Uint8Array> {
  const { encodeWav } = await import('../audio/wav.ts');
  if (volume === 1) return encodeWav(pcm);
  return encodeWav({ ...pcm, channels: pcm.channels.map((samples) => samples.map((sample) => sample * volume)) });
}

/** Music as a WAV file. */
async function musicWav(request: MusicRequest): Promise<Uint8Array> {
  const [{ encodeWav }, { composeMusic }] = await Promise.all([
    import('../audio/wav.ts'),
    import('../music/compose.ts'),
  ]);
  return encodeWav(composeMusic(request));
}

export interface SoundtrackFileRequest {
  readonly durationSeconds: number;
  readonly voice?: { readonly wav: Uint8Array; readonly at: number };
  readonly speechSpans: readonly Span[];
  readonly music?: Uint8Array;
  readonly musicVolume: number;
  readonly duckingDb: number;
  readonly loudnessLufs: number;
}

export interface SoundtrackFile {
  readonly wav: Uint8Array;
  readonly seconds: number;
  readonly integratedLufs: number;
  readonly truePeakDbtp: number;
}

/** What platforms ask for; the mixer leaves room for the encoder below it. */
const TRUE_PEAK_DBTP = -1;

/** Voice and music, each a WAV file, to the soundtrack as a WAV file. */
async function soundtrackWav(request: SoundtrackFileRequest): Promise<SoundtrackFile> {
  const [{ decodeWav, encodeWav }, { mixSoundtrack }] = await Promise.all([
    import('../audio/wav.ts'),
    import('../audio/mix.ts'),
  ]);
  const { voice, music, ...rest } = request;
  const { pcm, loudness } = mixSoundtrack({
    ...rest,
    voice: voice === undefined ? [] : [{ pcm: decodeWav(voice.wav), at: voice.at }],
    ...(music !== undefined && { music: decodeWav(music) }),
    truePeakDb: TRUE_PEAK_DBTP,
  });
  return { wav: encodeWav(pcm), seconds: frameCount(pcm) / pcm.sampleRate, ...loudness };
}

/** These tasks by name, for the threads. */
export const SOUND_TASKS = {
  'speech.file': speechWav,
  'narration.file': narrationWav,
  'music.file': musicWav,
  'soundtrack.file': soundtrackWav,
};
