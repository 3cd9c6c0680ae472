import type { TimedWord } from '../timed-word.ts';

/** A stretch of one scene without a cut. */
export interface ShotTime {
  /** Seconds. */
  readonly start: number;
  /** Seconds. */
  readonly end: number;
}

export interface CutRules {
  /** Length a shot should have, in seconds. */
  readonly idealSeconds: number;
  /** Longer than this only when no word ends before. */
  readonly longestSeconds: number;
}

/** A moment between two words, and how much it disturbs to cut there. */
interface Gap {
  readonly at: number;
  readonly cost: number;
}

/** A shot shorter than this is a flicker. */
const SHORTEST_SECONDS = 1.8;
const FLICKER_COST = 20;
const OVERLONG_COST = 12;
/** Cutting just before the word that begins the next shot. */
const LEAD_SECONDS = 0.12;

/**
 * Cuts a scene into shots: at ends of sentences first, of clauses next, between any two words if need be, so that shots
 * come near the ideal length. The cheapest set of cuts is found by dynamic programming over all gaps.
 * @param words those spoken in the scene, in order
 */
export function shotTimes(scene: ShotTime, words: readonly TimedWord[], rules: CutRules): ShotTime[] {
  const gaps: Gap[] = [{ at: scene.start, cost: 0 }, ...gapsOf(scene, words), { at: scene.end, cost: 0 }];
  const best: { cost: number; from: number }[] = [{ cost: 0, from: -1 }];
  for (let to = 1; to < gaps.length; to += 1) {
    let cheapest = { cost: Number.POSITIVE_INFINITY, from: 0 };
    for (let from = 0; from < to; from += 1) {
      const length = (gaps[to]?.at ?? 0) - (gaps[from]?.at ?? 0);
      const cost = (best[from]?.cost ?? 0) + (gaps[to]?.cost ?? 0) + lengthCost(length, rules);
      if (cost < cheapest.cost) cheapest = { cost, from };
    }
    best.push(cheapest);
  }
  const cuts: number[] = [];
  for (let at = gaps.length - 1; at >= 0; at = best[at]?.from ?? -1) cuts.unshift(gaps[at]?.at ?? 0);
  return cuts.slice(1).map((end, index) => ({ start: cuts[index] ?? scene.start, end }));
}

function lengthCost(length: number, { idealSeconds, longestSeconds }: CutRules): number {
  const flicker = length < SHORTEST_SECONDS ? FLICKER_COST * (SHORTEST_SECONDS - length) : 0;
  const overlong = length > longestSeconds ? OVERLONG_COST * (1 + length - longestSeconds) : 0;
  return ((length - idealSeconds) / 0.8) ** 2 + flicker + overlong;
}

function gapsOf(scene: ShotTime, words: readonly TimedWord[]): Gap[] {
  return words.slice(1).flatMap((word, index) => {
    const before = words[index];
    if (before === undefined) return [];
    const at = Math.max(before.end, word.start - LEAD_SECONDS);
    return at > scene.start && at < scene.end ? [{ at, cost: gapCost(before.w) }] : [];
  });
}

function gapCost(word: string): number {
  if (/[.!?…。！？][”’"»)]*$/u.test(word)) return 0;
  return /[,;:—–、，；：][”’"»)]*$/u.test(word) ? 0.4 : 1.2;
}
