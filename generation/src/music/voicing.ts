import { type ChordStep, pitchOf, type Scale } from './theory.ts';

/** The middle of the register in which chords are laid; voices move around it. */
const CENTRE = 62;

/** The chord as it is played: ascending MIDI pitches, one per tone. */
export type Voicing = readonly number[];

/**
 * Lays a chord so that each voice moves as little as it can from the chord before, which is what makes a progression
 * sound sung rather than stamped.
 */
export function voiceChord(
  { step, tones }: ChordStep,
  root: number,
  scale: Scale,
  before: Voicing | undefined,
): Voicing {
  const classes = tones.map((tone) => pitchOf(step + tone, root, scale) % 12);
  const target = before ?? [CENTRE];
  let best: Voicing = [];
  let least = Number.POSITIVE_INFINITY;
  for (let lowest = CENTRE - 9; lowest <= CENTRE + 2; lowest += 1) {
    if (!classes.includes(lowest % 12)) continue;
    const voicing = stackFrom(lowest, classes);
    const distance = movement(voicing, target) + Math.abs(average(voicing) - CENTRE) * 0.6 + clashes(voicing) * 4;
    if (distance < least) {
      least = distance;
      best = voicing;
    }
  }
  return best;
}

/** Every class once, each as the next pitch above the one before. */
function stackFrom(lowest: number, classes: readonly number[]): Voicing {
  return classes.map((pitchClass) => lowest + ((pitchClass - (lowest % 12) + 12) % 12)).sort((a, b) => a - b);
}

function movement(voicing: Voicing, target: readonly number[]): number {
  return voicing.reduce((sum, pitch) => sum + Math.min(...target.map((other) => Math.abs(other - pitch))), 0);
}

/** Semitone neighbours sound harsh in the low middle. */
function clashes(voicing: Voicing): number {
  return voicing.filter((pitch, i) => i > 0 && pitch - (voicing[i - 1] ?? 0) === 1).length;
}

function average(voicing: Voicing): number {
  return voicing.reduce((sum, pitch) => sum + pitch, 0) / voicing.length;
}
