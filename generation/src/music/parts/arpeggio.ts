import type { SeededRandom } from '../../picture/seeded-random.ts';
import type { ArpeggioPattern, MoodPlan } from '../moods.ts';
import type { Bar, Form } from '../plan.ts';
import type { Note, Part } from '../score.ts';

interface Figure {
  /** Which chord tone sounds at each step, 4 is the octave of 0; null rests. */
  readonly steps: readonly (number | null)[];
  /** Steps in a beat. */
  readonly perBeat: 1 | 2 | 4;
  /** How long a tone is held, in steps. */
  readonly hold: number;
}

const FIGURES: { readonly [pattern in ArpeggioPattern]: readonly [Figure, ...Figure[]] } = {
  rolling: [
    { steps: [0, 1, 2, 3, 4, 3, 2, 1], perBeat: 2, hold: 2 },
    { steps: [0, 2, 1, 3, 2, 4, 3, 1], perBeat: 2, hold: 2 },
  ],
  rising: [
    { steps: [0, 1, 2, 4, 1, 2, 4, 2], perBeat: 2, hold: 1 },
    { steps: [0, 2, 4, 2, 1, 2, 4, 1], perBeat: 2, hold: 1 },
  ],
  sparse: [
    { steps: [0, null, 2, null, 4, null, 3, null], perBeat: 2, hold: 4 },
    { steps: [0, null, null, 2, null, 3, null, null], perBeat: 2, hold: 4 },
  ],
  skipping: [
    { steps: [0, null, 2, 3, null, 1, 4, null], perBeat: 2, hold: 1 },
    { steps: [0, 2, null, 3, 4, null, 2, 1], perBeat: 2, hold: 1 },
  ],
  driving: [
    { steps: [0, 2, 4, 2, 0, 2, 4, 3], perBeat: 2, hold: 1 },
    { steps: [0, 4, 2, 4, 1, 4, 2, 4], perBeat: 2, hold: 1 },
  ],
  chords: [{ steps: [0], perBeat: 1, hold: 4 }],
};
/** Echoes on the dotted eighth, left and right in turn: a delay line written out as notes. */
const ECHOES: readonly (readonly [beats: number, level: number, pan: number])[] = [
  [0.75, 0.3, -0.6],
  [1.5, 0.14, 0.6],
];

/** Broken chords in the mood's figure, denser as the music grows, and a rolled chord to end on. */
export const arpeggioPart: Part = (form, mood, random) => {
  const figure = random.pick(FIGURES[mood.arpeggio.pattern]);
  const notes: Note[] = [];
  for (const bar of form.bars) {
    const line =
      mood.arpeggio.pattern === 'chords' ? strummed(bar, form, mood, random) : broken(bar, figure, form, mood, random);
    notes.push(...line);
  }
  notes.push(...rolled(form, mood));
  return [...notes, ...notes.flatMap((note) => echoesOf(note, form))];
};

function broken(bar: Bar, figure: Figure, form: Form, mood: MoodPlan, random: SeededRandom): Note[] {
  const { steps, perBeat, hold } = figure;
  const stepSeconds = form.beatSeconds / perBeat;
  return steps.flatMap((tone, i) => {
    const thinned = bar.energy < 0.5 && i % 2 === 1;
    if (tone === null || thinned) return [];
    const late = i % 2 === 1 ? mood.swing * form.beatSeconds : 0;
    const accent = i === 0 ? 1 : i % 2 === 0 ? 0.82 : 0.68;
    return {
      instrument: mood.arpeggio.instrument,
      pitch: toneOf(bar, tone) + (bar.energy >= 1 && i % 4 === 2 ? 12 : 0),
      start: bar.start + i * stepSeconds + late + random.between(0, 0.008),
      seconds: stepSeconds * hold,
      level: mood.arpeggio.level * accent * random.between(0.85, 1) * (0.6 + 0.4 * bar.energy),
      pan: (i % 2 === 0 ? -1 : 1) * 0.28,
    };
  });
}

/** Whole chords on the first beat and off the third, a little rolled, as hands fall. */
function strummed(bar: Bar, form: Form, mood: MoodPlan, random: SeededRandom): Note[] {
  const hits: readonly (readonly [beat: number, level: number, seconds: number])[] = [
    [0, 1, 2.2],
    [2.5 + mood.swing, bar.energy < 0.5 ? 0 : 0.7, 1.2],
  ];
  return hits
    .filter(([, level]) => level > 0)
    .flatMap(([beat, level, beats]) =>
      bar.voicing.map((pitch, i) => ({
        instrument: mood.arpeggio.instrument,
        pitch,
        start: bar.start + beat * form.beatSeconds + i * 0.012 + random.between(0, 0.01),
        seconds: beats * form.beatSeconds,
        level: (mood.arpeggio.level * level * random.between(0.85, 1)) / 1.6,
        pan: (i - 1.5) * 0.15,
      })),
    );
}

function rolled({ ending, seconds }: Form, { arpeggio }: MoodPlan): Note[] {
  return [...ending.voicing, (ending.voicing[0] ?? 60) + 12].map((pitch, i) => ({
    instrument: arpeggio.instrument,
    pitch,
    start: ending.start + i * 0.07,
    seconds: Math.max(0.2, (seconds - ending.start) * 0.8),
    level: arpeggio.level * 0.8,
    pan: (i - 2) * 0.15,
  }));
}

function toneOf({ voicing }: Bar, tone: number): number {
  const size = voicing.length;
  return (voicing[tone % size] ?? 60) + 12 * Math.floor(tone / size);
}

function echoesOf(note: Note, form: Form): Note[] {
  return ECHOES.map(([beats, level, pan]) => ({
    ...note,
    start: note.start + beats * form.beatSeconds,
    level: note.level * level,
    pan,
  })).filter(({ start }) => start < form.seconds - 0.5);
}
