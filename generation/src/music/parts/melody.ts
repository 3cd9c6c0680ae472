import type { SeededRandom } from '../../picture/seeded-random.ts';
import type { MoodPlan } from '../moods.ts';
import type { Bar, Form } from '../plan.ts';
import type { Note, Part } from '../score.ts';
import { pitchOf } from '../theory.ts';

/** Beats on which the motif sounds, over two bars. Few notes: a narrator speaks over it. */
const RHYTHMS: readonly [readonly number[], ...(readonly number[])[]] = [
  [0, 1.5, 2, 4],
  [0, 2, 3, 4.5, 6],
  [0.5, 2, 3.5, 4],
  [0, 3, 4, 5.5],
];
const SINGS_FROM = 0.7;
const LOWEST = 70;

/** A motif of two bars, found once and then bent to each chord, so that the ear recognises it. */
export const melodyPart: Part = (form, mood, random) => {
  const rhythm = random.pick(RHYTHMS);
  const contour = rhythm.map((_, i) => (i === 0 ? 0 : random.whole(-2, 3)));
  const notes: Note[] = [];
  for (const bar of form.bars) {
    if (bar.energy < SINGS_FROM) continue;
    const from = bar.index % 2 === 0 ? 0 : 4;
    rhythm.forEach((beat, i) => {
      if (beat < from || beat >= from + 4) return;
      const contourStep = contour.slice(0, i + 1).reduce((sum, step) => sum + step, 0);
      notes.push(sing(bar, beat - from, contourStep, form, mood, random));
    });
  }
  const top = nearestChordTone(form.ending, LOWEST + 6);
  notes.push({ ...sing(form.ending, 0, 0, form, mood, random), pitch: top, seconds: form.beatSeconds * 3 });
  return notes;
};

function sing(bar: Bar, beat: number, contourStep: number, form: Form, mood: MoodPlan, random: SeededRandom): Note {
  const free = pitchOf(bar.chord.step + contourStep, form.root + 36, mood.scale);
  // On the beat the melody agrees with the chord; between beats it may pass.
  const pitch = beat % 2 === 0 ? nearestChordTone(bar, free) : free;
  const late = beat % 1 === 0.5 ? mood.swing * form.beatSeconds : 0;
  return {
    instrument: mood.melody.instrument,
    pitch: intoRegister(pitch),
    start: bar.start + beat * form.beatSeconds + late,
    seconds: form.beatSeconds * 1.5,
    level: mood.melody.level * random.between(0.8, 1),
    pan: 0.18,
  };
}

function nearestChordTone({ voicing }: Bar, pitch: number): number {
  const tones = voicing.flatMap((tone) => [-12, 0, 12, 24].map((octave) => tone + octave));
  return tones.reduce((best, tone) => (Math.abs(tone - pitch) < Math.abs(best - pitch) ? tone : best), 999);
}

function intoRegister(pitch: number): number {
  return LOWEST + ((((pitch - LOWEST) % 12) + 12) % 12);
}
