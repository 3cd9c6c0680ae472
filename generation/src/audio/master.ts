import { limit } from './limiter.ts';
import { measureLoudness } from './loudness.ts';
import type { Pcm } from './pcm.ts';

export interface MasterTarget {
  /** Integrated loudness to reach, in LUFS. */
  readonly loudnessLufs: number;
  /** True peak not to exceed, in dBTP. */
  readonly ceilingDb: number;
}

export interface Mastered {
  readonly pcm: Pcm;
  readonly integratedLufs: number;
}

const CLOSE_ENOUGH_LU = 0.1;
/** The limiter takes loudness away, so the gain is corrected a few times; then more of it would only flatten the sound. */
const MOST_PASSES = 5;
const MOST_GAIN_DB = 60;

/**
 * Brings sound to a loudness under a true-peak ceiling. A few clicks in silence cannot be made loud: then the nearest
 * that was reached is returned, and its measured loudness says so.
 */
export function master(pcm: Pcm, { loudnessLufs, ceilingDb }: MasterTarget): Mastered {
  const before = measureLoudness(pcm).integratedLufs;
  if (before === Number.NEGATIVE_INFINITY) {
    return { pcm: limit(pcm, { gainDb: 0, ceilingDb }), integratedLufs: before };
  }
  let gainDb = Math.min(MOST_GAIN_DB, loudnessLufs - before);
  let best = attempt(pcm, gainDb, ceilingDb);
  for (let pass = 1; pass < MOST_PASSES && distance(best, loudnessLufs) > CLOSE_ENOUGH_LU; pass += 1) {
    // Part of each correction is taken away again by the limiter, so it is made a little larger.
    gainDb = Math.min(MOST_GAIN_DB, gainDb + (loudnessLufs - best.integratedLufs) * 1.3);
    const next = attempt(pcm, gainDb, ceilingDb);
    if (distance(next, loudnessLufs) >= distance(best, loudnessLufs)) break;
    best = next;
  }
  return best;
}

function attempt(pcm: Pcm, gainDb: number, ceilingDb: number): Mastered {
  const limited = limit(pcm, { gainDb, ceilingDb });
  return { pcm: limited, integratedLufs: measureLoudness(limited).integratedLufs };
}

function distance({ integratedLufs }: Mastered, target: number): number {
  return Math.abs(integratedLufs - target);
}
