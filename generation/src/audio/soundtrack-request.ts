import type { Span } from './duck.ts';
import type { Pcm } from './pcm.ts';
import type { PlacedVoice } from './voice-bus.ts';

export interface SoundtrackRequest {
  /** Exact length of the soundtrack, 0 to 3,600 s. */
  readonly durationSeconds: number;
  /** May be empty. */
  readonly voice: readonly PlacedVoice[];
  /** When words are spoken. When empty, every voice counts as speech from its first to its last sample. */
  readonly speechSpans: readonly Span[];
  readonly music?: Pcm;
  /** 0 to 1; at 1 the music in the open is as loud as the voice. 0.2 sits well behind a narration. */
  readonly musicVolume: number;
  /** How much further the music falls under speech, 0 to 60 dB. 0 leaves it alone. */
  readonly duckingDb: number;
  /** −40 to −5; −14 is what the big platforms play. */
  readonly loudnessLufs: number;
  /** Highest true peak of the file that is made from this, −20 to 0 dBTP. */
  readonly truePeakDb: number;
}

type Bounds = readonly [lowest: number, highest: number];

const LIMITS = {
  durationSeconds: [0, 3_600],
  musicVolume: [0, 1],
  duckingDb: [0, 60],
  loudnessLufs: [-40, -5],
  truePeakDb: [-20, 0],
} as const satisfies { readonly [name: string]: Bounds };

/** @throws RangeError that names the figure, quotes it and gives its bounds */
export function checkSoundtrackRequest(request: SoundtrackRequest): void {
  for (const name of ['durationSeconds', 'musicVolume', 'duckingDb', 'loudnessLufs', 'truePeakDb'] as const) {
    const [lowest, highest] = LIMITS[name];
    const value = request[name];
    if (!(value >= lowest && value <= highest)) {
      throw new RangeError(`Cannot mix: ${name} is "${value}"; give a number from ${lowest} to ${highest}`);
    }
  }
  request.voice.forEach(({ at }, index) => {
    if (!Number.isFinite(at)) throw new RangeError(`Cannot mix: voice ${index} is placed at "${at}"; give seconds`);
  });
  request.speechSpans.forEach(({ start, end }, index) => {
    if (!Number.isFinite(start) || !Number.isFinite(end)) {
      throw new RangeError(`Cannot mix: speech span ${index} goes from "${start}" to "${end}"; give seconds`);
    }
  });
}
