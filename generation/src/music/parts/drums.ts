import type { DrumPattern } from '../moods.ts';
import type { Drum, Note, Part } from '../score.ts';

const KITS: {
  readonly [kit in DrumPattern['kit']]: { readonly kick: Drum; readonly snare: Drum; readonly hat: Drum };
} = {
  soft: { kick: 'kick', snare: 'brush', hat: 'hat' },
  drums: { kick: 'tom', snare: 'tom', hat: 'tick' },
  dusty: { kick: 'kick', snare: 'snare', hat: 'tick' },
};
/** When each comes in, and how loud it is. */
const ENTRIES = { kick: 0.5, hat: 0.7, snare: 0.75 };
const LEVELS = { kick: 0.5, hat: 0.2, snare: 0.3 };

/** The mood's one-bar pattern, its voices coming in one after the other; nothing under the last chord but one soft beat. */
export const drumPart: Part = (form, { drums, swing }, random) => {
  if (drums === undefined) return [];
  const kit = KITS[drums.kit];
  const notes: Note[] = [];
  const stepSeconds = form.beatSeconds / 4;
  for (const bar of form.bars) {
    for (const voice of ['kick', 'hat', 'snare'] as const) {
      if (bar.energy < ENTRIES[voice]) continue;
      [...drums[voice]].forEach((mark, step) => {
        if (mark === '.') return;
        const late = step % 4 === 2 ? swing * form.beatSeconds : 0;
        notes.push({
          instrument: kit[voice],
          pitch: voice === 'snare' ? 50 : 43,
          start: bar.start + step * stepSeconds + late,
          seconds: stepSeconds,
          level: LEVELS[voice] * (mark === 'x' ? 1 : 0.6) * random.between(0.85, 1),
          pan: voice === 'hat' ? 0.22 : 0,
        });
      });
    }
  }
  const { ending } = form;
  if (form.bars.length > 0) {
    notes.push({ instrument: kit.kick, pitch: 43, start: ending.start, seconds: 0.5, level: LEVELS.kick, pan: 0 });
  }
  return notes;
};
