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
  const classOf = (tone: number): number => pitchOf(step + tone, root, scale) % 12;
  const classes = tones.filter((tone) => tone < 7).map(classOf);
  const above = tones.filter((tone) => tone >= 7).map(classOf);
  const target = before ?? [CENTRE];
  let best: Voicing = [];
  let least = Number.POSITIVE_INFINITY;
  for (let lowest = CENTRE - 9; lowest <= CENTRE + 2; lowest += 1) {
    if (!classes.includes(lowest % 12)) continue;
    const voicing = layAbove(stackFrom(lowest, classes), above);
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

/** Extensions go on top, each as the next pitch of its class. */
function layAbove(voicing: Voicing, classes: readonly number[]): Voicing {
  const laid = [...voicing];
  for (const pitchClass of classes) {
    const lowest = (laid.at(-1) ?? CENTRE) + 1;
    laid.push(lowest + ((pitchClass - (lowest % 12) + 12) % 12));
  }
  return laid;
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
