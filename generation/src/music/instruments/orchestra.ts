import type { Note } from '../score.ts';
import { brush, hat, kick, snare, tick, tom } from './percussion.ts';
import { bell, harp, kalimba, keys, piano, pizzicato } from './plucked.ts';
import { bass, pad, strings } from './sustained.ts';
import type { Voice } from './voice.ts';

/** An instrument's place in the mix. */
export interface Player {
  readonly voice: Voice;
  /** Balances the instruments against each other. */
  readonly gain: number;
  /** Drums and bass stay out of the room, so that the beat keeps its edge. */
  readonly inRoom: boolean;
  /** Two renderings, left and right, with their own small differences. */
  readonly wide: boolean;
  /** Neither pitch nor length change its sound. */
  readonly unpitched: boolean;
}

const tuned = { inRoom: true, wide: false, unpitched: false };
const section = { inRoom: true, wide: true, unpitched: false };
const percussion = { inRoom: false, wide: false, unpitched: true };

export const ORCHESTRA: { readonly [instrument in Note['instrument']]: Player } = {
  pad: { voice: pad, gain: 0.5, ...section },
  strings: { voice: strings, gain: 0.42, ...section },
  harp: { voice: harp, gain: 1.15, ...tuned },
  piano: { voice: piano, gain: 1.2, ...tuned },
  kalimba: { voice: kalimba, gain: 0.75, ...tuned },
  pizzicato: { voice: pizzicato, gain: 1.25, ...tuned },
  keys: { voice: keys, gain: 0.7, ...tuned },
  bell: { voice: bell, gain: 0.7, ...tuned },
  bass: { voice: bass, gain: 0.62, inRoom: false, wide: false, unpitched: false },
  kick: { voice: kick, gain: 0.9, ...percussion },
  tom: { voice: tom, gain: 0.8, ...percussion, inRoom: true },
  snare: { voice: snare, gain: 0.6, ...percussion, inRoom: true },
  brush: { voice: brush, gain: 0.8, ...percussion, inRoom: true },
  hat: { voice: hat, gain: 0.7, ...percussion },
  tick: { voice: tick, gain: 0.8, ...percussion },
};
