import type { SeededRandom } from '../picture/seeded-random.ts';
import type { MoodPlan, TunedInstrument } from './moods.ts';
import type { Form } from './plan.ts';

export type Drum = 'kick' | 'snare' | 'hat' | 'tom' | 'brush' | 'tick';

/** One sound in time. */
export interface Note {
  readonly instrument: TunedInstrument | 'bass' | Drum;
  /** MIDI pitch; drums ignore it. */
  readonly pitch: number;
  /** Seconds from the beginning. */
  readonly start: number;
  /** How long it is held, in seconds. */
  readonly seconds: number;
  /** 0 to 1. */
  readonly level: number;
  /** −1 left, 1 right. */
  readonly pan: number;
}

/** Writes one voice of the arrangement. */
export type Part = (form: Form, mood: MoodPlan, random: SeededRandom) => Note[];
