import { CallError } from '@callsheet/protocol';
import { displayTerm } from './display-term.ts';
import { GALLERY, MOTIF_NAMES, type MotifName } from './gallery.ts';
import type { PlateSpec } from './paint.ts';
import { type Mood, type PaletteName, paletteMoods } from './palette.ts';
import { type Score, scoreMotifs } from './score-motifs.ts';

/** What is said in a scene, and what it should show. */
export interface SceneWords {
  readonly text: string;
  /** Search terms of the scene; they weigh more than its words. */
  readonly terms?: readonly string[];
  /** How many pictures the scene needs; 1 by default. */
  readonly plates?: number;
}

/** A plate but for its size. */
export type PictureChoice = Omit<PlateSpec, 'width' | 'height'>;

export interface PictureOptions {
  /** 0 to 2³²−1; another seed chooses and paints differently. */
  readonly seed: number;
  readonly mood?: Mood;
}

/** Motifs that suit anything: for scenes in whose words the lexicon finds nothing. */
const ABSTRACT: readonly MotifName[] = ['bokeh', 'typography', 'paper-waves', 'geometry'];

/** Weight of what the whole video is about against what the scene says, and where the scene says nothing. */
const SUBJECT_SHARE = 0.5;
const SUBJECT_ALONE = 1.2;
/** A motif loses this much for every time it was used, and more when it was used just before. */
const USED_COST = 1.7;
const JUST_USED_COST = 3;

/**
 * Chooses pictures for all scenes of a video: about the scene's words where the lexicon knows them, else about the
 * video's subject, else abstract. The same input always gives the same choice, motifs are spread out, and no motif comes
 * twice with one seed.
 */
export function choosePictures(scenes: readonly SceneWords[], options: PictureOptions): PictureChoice[][] {
  if (!Number.isInteger(options.seed) || options.seed < 0 || options.seed > 0xffffffff) {
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot choose pictures with the seed "${options.seed}": give a whole number from 0 to 2³²−1`,
    );
  }
  const scores = scenes.map((scene) => scoreMotifs(scene.text, scene.terms ?? []));
  const subject = total(scores);
  const hanging: PictureChoice[] = [];
  return scenes.map((scene, index) => {
    const plates = Math.max(1, Math.floor(scene.plates ?? 1));
    return Array.from({ length: plates }, () => {
      const motif = bestMotif(scores[index] ?? new Map(), subject, hanging, options.seed);
      const choice = hang(motif, scene, hanging, options);
      hanging.push(choice);
      return choice;
    });
  });
}

/** The mean score of each motif over the scenes that have any. */
function total(scores: readonly Score[]): Score {
  const telling = scores.filter((score) => score.size > 0);
  const sum = new Map<MotifName, number>();
  for (const score of telling) {
    for (const [motif, value] of score) sum.set(motif, (sum.get(motif) ?? 0) + value / telling.length);
  }
  return sum;
}

function bestMotif(scene: Score, subject: Score, hanging: readonly PictureChoice[], seed: number): MotifName {
  const known = scene.size > 0 || subject.size > 0;
  const share = scene.size > 0 ? SUBJECT_SHARE : SUBJECT_ALONE;
  let best: { motif: MotifName; value: number } = { motif: 'bokeh', value: Number.NEGATIVE_INFINITY };
  for (const motif of MOTIF_NAMES) {
    const about = (scene.get(motif) ?? 0) + share * (subject.get(motif) ?? 0);
    const abstract = ABSTRACT.includes(motif) ? (known ? 0.5 : 2) : 0;
    const used = hanging.filter((choice) => choice.motif === motif).length;
    const justUsed = hanging.at(-1)?.motif === motif ? JUST_USED_COST : 0;
    const chance = (hash(seed, hanging.length, MOTIF_NAMES.indexOf(motif)) % 1000) / 2000;
    const value = Math.min(about, 12) + abstract + chance - used * USED_COST - justUsed;
    if (value > best.value) best = { motif, value };
  }
  return best.motif;
}

function hang(
  motif: MotifName,
  scene: SceneWords,
  hanging: readonly PictureChoice[],
  options: PictureOptions,
): PictureChoice {
  const same = hanging.filter((choice) => choice.motif === motif);
  let seed = hash(options.seed, MOTIF_NAMES.indexOf(motif), same.length);
  while (same.some((choice) => choice.seed === seed)) seed = (seed + 1) >>> 0;
  const palette = bestPalette(motif, same, seed, options.mood);
  return { motif, palette, seed, text: displayTerm(scene.text, scene.terms ?? []) };
}

/** A palette of the motif that serves the mood; one not yet used with it while there is one. */
function bestPalette(
  motif: MotifName,
  same: readonly PictureChoice[],
  seed: number,
  mood: Mood | undefined,
): PaletteName {
  const all: readonly PaletteName[] = GALLERY[motif].palettes;
  const suiting = mood ? all.filter((name) => paletteMoods(name).includes(mood)) : all;
  const candidates = suiting.length > 0 ? suiting : all.slice(0, 2);
  const fresh = candidates.filter((name) => !same.some((choice) => choice.palette === name));
  const pool = fresh.length > 0 ? fresh : candidates;
  return pool[seed % Math.min(2, pool.length)] ?? GALLERY[motif].palettes[0];
}

/** Mixes whole numbers to 32 bits (the finalizer of MurmurHash3 over a running sum). */
function hash(...values: readonly number[]): number {
  let state = 0x9e3779b9;
  for (const value of values) {
    state = Math.imul(state ^ value, 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return state >>> 0;
}
