import type { SeededRandom } from '../../picture/seeded-random.ts';

/** One tone of an instrument. */
export interface Tone {
  /** Hertz. */
  readonly frequency: number;
  /** How long it is held, in seconds; what rings on is added. */
  readonly seconds: number;
  readonly sampleRate: number;
  /** For noise and for small differences between players. */
  readonly random: SeededRandom;
}

/** Makes the samples of one tone at full level, beginning and ending in silence. */
export type Voice = (tone: Tone) => Float32Array;
