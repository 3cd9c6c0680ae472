import type { Note, Part } from '../score.ts';

const LEVEL = { base: 0.24, growth: 0.14 };
/** Chords hang over into the next, so that the harmony never has a hole. */
const OVERLAP = 0.12;

/** Held chords under everything; an octave is laid on top when the music is full. */
export const padPart: Part = (form, mood) => {
  const barSeconds = form.beatSeconds * 4;
  const notes: Note[] = [];
  const hold = (pitches: readonly number[], start: number, seconds: number, level: number): void => {
    pitches.forEach((pitch, i) => {
      const pan = pitches.length < 2 ? 0 : ((i / (pitches.length - 1)) * 2 - 1) * 0.25;
      notes.push({ instrument: mood.pad, pitch, start, seconds, level: level / Math.sqrt(pitches.length), pan });
    });
  };
  for (const bar of form.bars) {
    const level = LEVEL.base + LEVEL.growth * bar.energy;
    hold(bar.voicing, bar.start, barSeconds * (1 + OVERLAP), level);
    const top = bar.voicing.at(-1);
    if (bar.energy >= 1 && top !== undefined) hold([top + 12], bar.start, barSeconds * (1 + OVERLAP), level * 0.4);
  }
  const { ending, seconds } = form;
  hold(ending.voicing, ending.start, Math.max(0.2, (seconds - ending.start) * 0.7), LEVEL.base + LEVEL.growth);
  return notes;
};
