import type { BassPattern } from '../moods.ts';
import type { Note, Part } from '../score.ts';

type Step = readonly [beat: number, semitones: number, beats: number, level: number];

const PATTERNS: { readonly [pattern in BassPattern]: readonly Step[] } = {
  held: [[0, 0, 4, 1]],
  halves: [
    [0, 0, 2, 1],
    [2, 0, 1.5, 0.8],
    [3.5, 7, 0.5, 0.6],
  ],
  pulse: [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5].map((beat) => [beat, 0, 0.45, beat % 1 === 0 ? 1 : 0.7] as const),
  bounce: [
    [0, 0, 0.9, 1],
    [1.5, 0, 0.4, 0.7],
    [2, 7, 0.9, 0.85],
    [3.5, 12, 0.4, 0.55],
  ],
};
const LEVEL = 0.4;

/** Roots below the chords, from the second section on; before that only a held note. */
export const bassPart: Part = (form, mood) => {
  const notes: Note[] = [];
  for (const bar of form.bars) {
    const steps = bar.energy < 0.5 ? PATTERNS.held : PATTERNS[mood.bass];
    for (const [beat, semitones, beats, level] of steps) {
      notes.push({
        instrument: 'bass',
        pitch: bar.bass + semitones,
        start: bar.start + beat * form.beatSeconds,
        seconds: beats * form.beatSeconds,
        level: LEVEL * level * (bar.energy < 0.5 ? 0.6 : 1),
        pan: 0,
      });
    }
  }
  const { ending, seconds } = form;
  const ring = Math.max(0.2, seconds - ending.start);
  notes.push({ instrument: 'bass', pitch: ending.bass, start: ending.start, seconds: ring, level: LEVEL, pan: 0 });
  return notes;
};
