/** Steps of a scale above its root, in semitones. */
export type Scale = readonly [number, number, number, number, number, number, number];

export const MAJOR: Scale = [0, 2, 4, 5, 7, 9, 11];
export const LYDIAN: Scale = [0, 2, 4, 6, 7, 9, 11];
export const DORIAN: Scale = [0, 2, 3, 5, 7, 9, 10];
export const MINOR: Scale = [0, 2, 3, 5, 7, 8, 10];
export const PHRYGIAN: Scale = [0, 1, 3, 5, 7, 8, 10];

/** A chord as a step of the scale: 0 is the tonic. */
export interface ChordStep {
  readonly step: number;
  /** Scale steps above the root that are played; from 7 on they lie above the others. */
  readonly tones: readonly number[];
}

export const TRIAD: readonly number[] = [0, 2, 4];
/** The ninth is laid on top; inside the chord it would rub against the third. */
export const ADDED_NINTH: readonly number[] = [0, 2, 4, 8];
/** Third, fifth, seventh and ninth: the bass has the root, and without it nothing rubs against the seventh. */
export const ROOTLESS_NINTH: readonly number[] = [2, 4, 6, 8];

/** MIDI pitch of a scale step that may lie outside the octave, above or below. */
export function pitchOf(step: number, root: number, scale: Scale): number {
  const octave = Math.floor(step / 7);
  const within = step - octave * 7;
  return root + octave * 12 + (scale[within] ?? 0);
}

/** Hertz of a MIDI pitch, equal temperament, A4 = 440. */
export function frequencyOf(pitch: number): number {
  return 440 * 2 ** ((pitch - 69) / 12);
}
