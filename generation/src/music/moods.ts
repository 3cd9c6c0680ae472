import {
  ADDED_NINTH,
  type ChordStep,
  DORIAN,
  LYDIAN,
  MAJOR,
  MINOR,
  PHRYGIAN,
  ROOTLESS_NINTH,
  type Scale,
  TRIAD,
} from './theory.ts';

export type Mood = 'calm' | 'hopeful' | 'uplifting' | 'dramatic' | 'dark' | 'playful' | 'corporate' | 'lofi';

export type TunedInstrument = 'pad' | 'strings' | 'harp' | 'piano' | 'kalimba' | 'pizzicato' | 'keys' | 'bell';
export type BassPattern = 'held' | 'halves' | 'pulse' | 'bounce';
export type ArpeggioPattern = 'rolling' | 'rising' | 'sparse' | 'skipping' | 'driving' | 'chords';

/** Sixteen steps of a bar, `x` loud, `o` soft, `.` rest. */
export interface DrumPattern {
  readonly kick: string;
  readonly snare: string;
  readonly hat: string;
  /** How the three are voiced. */
  readonly kit: 'soft' | 'drums' | 'dusty';
}

/** Everything that makes a mood; the seed chooses within it. */
export interface MoodPlan {
  readonly bpm: readonly [slowest: number, fastest: number];
  readonly scale: Scale;
  readonly progressions: readonly [readonly ChordStep[], ...(readonly ChordStep[])[]];
  /** The chord before the last one. */
  readonly cadence: ChordStep;
  readonly pad: 'pad' | 'strings';
  readonly arpeggio: {
    readonly instrument: TunedInstrument;
    readonly pattern: ArpeggioPattern;
    readonly level: number;
  };
  readonly melody: { readonly instrument: TunedInstrument; readonly level: number };
  readonly bass: BassPattern;
  readonly drums?: DrumPattern;
  /** Part of a beat by which every second eighth comes late; 0 is straight. */
  readonly swing: number;
  /** Seconds until the room is silent. */
  readonly reverbSeconds: number;
  /** How much of the room is heard. */
  readonly wetness: number;
  /** Corner of the treble cut, in hertz. */
  readonly brightness: number;
}

const chords = (steps: readonly number[], tones: readonly number[]): ChordStep[] =>
  steps.map((step) => ({ step, tones }));

export const MOODS: { readonly [mood in Mood]: MoodPlan } = {
  calm: {
    bpm: [66, 74],
    scale: LYDIAN,
    progressions: [
      chords([0, 4, 5, 2], ADDED_NINTH),
      chords([0, 1, 0, 4], ADDED_NINTH),
      chords([0, 5, 2, 4], ROOTLESS_NINTH),
    ],
    cadence: { step: 4, tones: TRIAD },
    pad: 'pad',
    arpeggio: { instrument: 'harp', pattern: 'sparse', level: 0.5 },
    melody: { instrument: 'bell', level: 0.2 },
    bass: 'held',
    swing: 0,
    reverbSeconds: 3.4,
    wetness: 0.42,
    brightness: 11_000,
  },
  hopeful: {
    bpm: [84, 94],
    scale: MAJOR,
    progressions: [chords([0, 4, 5, 3], ADDED_NINTH), chords([3, 0, 4, 5], TRIAD), chords([5, 3, 0, 4], ADDED_NINTH)],
    cadence: { step: 4, tones: TRIAD },
    pad: 'pad',
    arpeggio: { instrument: 'piano', pattern: 'rolling', level: 0.55 },
    melody: { instrument: 'bell', level: 0.2 },
    bass: 'halves',
    drums: { kick: 'x.......o.......', snare: '................', hat: '..o...o...o...o.', kit: 'soft' },
    swing: 0,
    reverbSeconds: 2.6,
    wetness: 0.32,
    brightness: 8_500,
  },
  uplifting: {
    bpm: [110, 120],
    scale: MAJOR,
    progressions: [chords([3, 4, 5, 0], TRIAD), chords([0, 4, 5, 3], TRIAD), chords([5, 3, 0, 4], ADDED_NINTH)],
    cadence: { step: 4, tones: TRIAD },
    pad: 'strings',
    arpeggio: { instrument: 'harp', pattern: 'driving', level: 0.5 },
    melody: { instrument: 'bell', level: 0.24 },
    bass: 'pulse',
    drums: { kick: 'x...x...x...x...', snare: '....o.......o...', hat: '..x...x...x...x.', kit: 'soft' },
    swing: 0,
    reverbSeconds: 2.2,
    wetness: 0.28,
    brightness: 11_000,
  },
  dramatic: {
    bpm: [80, 90],
    scale: MINOR,
    progressions: [chords([0, 5, 2, 6], TRIAD), chords([0, 5, 3, 4], TRIAD), chords([0, 2, 5, 6], TRIAD)],
    cadence: { step: 4, tones: TRIAD },
    pad: 'strings',
    arpeggio: { instrument: 'pizzicato', pattern: 'driving', level: 0.5 },
    melody: { instrument: 'piano', level: 0.26 },
    bass: 'halves',
    drums: { kick: 'x.....o.x...o...', snare: '............o.o.', hat: '................', kit: 'drums' },
    swing: 0,
    reverbSeconds: 3,
    wetness: 0.36,
    brightness: 8_000,
  },
  dark: {
    bpm: [60, 68],
    scale: PHRYGIAN,
    progressions: [chords([0, 1, 0, 5], TRIAD), chords([0, 5, 3, 1], TRIAD), chords([0, 0, 5, 6], TRIAD)],
    cadence: { step: 1, tones: TRIAD },
    pad: 'pad',
    arpeggio: { instrument: 'piano', pattern: 'sparse', level: 0.4 },
    melody: { instrument: 'bell', level: 0.14 },
    bass: 'held',
    drums: { kick: 'o.......o.......', snare: '................', hat: '................', kit: 'drums' },
    swing: 0,
    reverbSeconds: 4,
    wetness: 0.45,
    brightness: 5_000,
  },
  playful: {
    bpm: [112, 124],
    scale: MAJOR,
    progressions: [chords([0, 5, 1, 4], TRIAD), chords([0, 3, 0, 4], TRIAD), chords([0, 2, 3, 4], TRIAD)],
    cadence: { step: 4, tones: TRIAD },
    pad: 'pad',
    arpeggio: { instrument: 'pizzicato', pattern: 'skipping', level: 0.62 },
    melody: { instrument: 'kalimba', level: 0.42 },
    bass: 'bounce',
    drums: { kick: 'x.......x.......', snare: '....o.......o...', hat: '..o...o...o...o.', kit: 'soft' },
    swing: 0.12,
    reverbSeconds: 1.4,
    wetness: 0.2,
    brightness: 10_000,
  },
  corporate: {
    bpm: [100, 110],
    scale: MAJOR,
    progressions: [chords([0, 4, 5, 3], TRIAD), chords([5, 3, 0, 4], TRIAD), chords([0, 5, 3, 4], ADDED_NINTH)],
    cadence: { step: 4, tones: TRIAD },
    pad: 'pad',
    arpeggio: { instrument: 'harp', pattern: 'rising', level: 0.55 },
    melody: { instrument: 'piano', level: 0.3 },
    bass: 'pulse',
    drums: { kick: 'x.......x.o.....', snare: '....o.......o...', hat: 'o.o.o.o.o.o.o.o.', kit: 'soft' },
    swing: 0,
    reverbSeconds: 1.8,
    wetness: 0.24,
    brightness: 10_000,
  },
  lofi: {
    bpm: [72, 82],
    scale: DORIAN,
    progressions: [
      chords([0, 3, 6, 2], ROOTLESS_NINTH),
      chords([0, 4, 3, 6], ROOTLESS_NINTH),
      chords([3, 6, 2, 0], ROOTLESS_NINTH),
    ],
    cadence: { step: 4, tones: ROOTLESS_NINTH },
    pad: 'pad',
    arpeggio: { instrument: 'keys', pattern: 'chords', level: 0.5 },
    melody: { instrument: 'keys', level: 0.26 },
    bass: 'bounce',
    drums: { kick: 'x......o..x.....', snare: '....x.......x...', hat: 'o.o.o.o.o.o.o.oo', kit: 'dusty' },
    swing: 0.16,
    reverbSeconds: 1.6,
    wetness: 0.22,
    brightness: 5_200,
  },
};
