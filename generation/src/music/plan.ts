import type { SeededRandom } from '../picture/seeded-random.ts';
import type { MoodPlan } from './moods.ts';
import { type ChordStep, TRIAD } from './theory.ts';
import { type Voicing, voiceChord } from './voicing.ts';

/** One bar: its chord and how full the music is. */
export interface Bar {
  readonly index: number;
  /** Seconds from the beginning. */
  readonly start: number;
  /** MIDI pitch of the chord's root in the bass. */
  readonly bass: number;
  readonly voicing: Voicing;
  readonly chord: ChordStep;
  /** 0 to 1; parts come in as it grows. */
  readonly energy: number;
}

/** The form of a piece: bars of four beats, then one last chord that rings until the end. */
export interface Form {
  readonly seconds: number;
  readonly beatSeconds: number;
  readonly bars: readonly Bar[];
  readonly ending: Bar;
  /** MIDI pitch of the tonic, around the bass register. */
  readonly root: number;
}

/** The last chord needs this long to ring out; a very short piece is only that chord. */
const ENDING_SECONDS = 3.2;
const BEATS = 4;
/** The tempo may be bent by this share so that bars and ending fill the time exactly. */
const MOST_BEND = 0.08;
/** Where a part of the form begins, as a share of the whole, and how full it is. Boundaries fall on even bars. */
const SECTIONS: readonly (readonly [from: number, energy: number])[] = [
  [0, 0.3],
  [0.2, 0.55],
  [0.45, 0.8],
  [0.72, 1],
];

/** Lays out a piece of exactly `seconds`. A given `bpm` is kept to the letter; otherwise the mood's tempo bends to fit. */
export function planForm(seconds: number, mood: MoodPlan, bpm: number | undefined, random: SeededRandom): Form {
  const wanted = bpm ?? random.between(...mood.bpm);
  const forBars = Math.max(0, seconds - ENDING_SECONDS);
  const wantedBar = (60 / wanted) * BEATS;
  const count = bpm === undefined ? Math.round(forBars / wantedBar) : Math.floor(forBars / wantedBar);
  const bent = count === 0 ? wantedBar : forBars / count;
  const fits = bpm === undefined && Math.abs(bent / wantedBar - 1) <= MOST_BEND;
  const barSeconds = fits ? bent : wantedBar;
  const played = Math.min(count, Math.floor(forBars / barSeconds + 1e-6));
  const root = 36 + random.whole(-3, 6);
  const progression = random.pick(mood.progressions);
  const bars: Bar[] = [];
  const add = (chord: ChordStep, energy: number): Bar => {
    const bar: Bar = {
      index: bars.length,
      start: bars.length * barSeconds,
      bass: bassOf(chord, root, mood),
      voicing: voiceChord(chord, root, mood.scale, bars.at(-1)?.voicing),
      chord,
      energy,
    };
    bars.push(bar);
    return bar;
  };
  for (let i = 0; i < played; i += 1) {
    const last = i === played - 1 && played > 1;
    add(last ? mood.cadence : (progression[i % progression.length] ?? mood.cadence), energyAt(i, played));
  }
  const ending = add({ step: 0, tones: mood.progressions[0][0]?.tones ?? TRIAD }, 1);
  return { seconds, beatSeconds: barSeconds / BEATS, bars: bars.slice(0, -1), ending, root };
}

function energyAt(bar: number, count: number): number {
  const grid = count >= 8 ? 2 : 1;
  let energy = 0.3;
  for (const [from, level] of SECTIONS) {
    if (bar >= Math.round((from * count) / grid) * grid) energy = level;
  }
  // Too short a piece for four sections starts in the middle of the story.
  return count < 4 ? Math.max(0.6, energy) : energy;
}

function bassOf({ step }: ChordStep, root: number, { scale }: MoodPlan): number {
  const pitch = root + (scale[step % 7] ?? 0);
  return pitch > 43 ? pitch - 12 : pitch;
}
