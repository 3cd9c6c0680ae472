import type { PathRules } from '../rules.ts';
import { Glob } from './glob.ts';
import { type Machine, PlaceError, placeOf } from './place.ts';
import { type PlainPath, printPath } from './plain-path.ts';
import { fold, readingsOf } from './readings.ts';

/** Why a path may not be used; goes behind a colon. */
export type Objection = string;

const OUTSIDE = 'it lies outside the paths the policy allows';
const FORBIDDEN = 'it lies where the policy forbids';

/**
 * Where paths may lead. A path is judged twice: as it is written, which needs no disk, and by the place it leads to on
 * this machine, links followed. The second look takes the globs to their real places too, so that a rule about a link
 * holds for what is behind it.
 */
export class PathSandbox {
  readonly #allowed: readonly Glob[];
  readonly #forbidden: readonly Glob[];
  readonly #machine: Machine;

  /** @throws Error for a glob that is none. */
  constructor({ allowed, forbidden }: PathRules, machine: Machine) {
    this.#allowed = allowed.map((glob) => Glob.allowing(glob));
    this.#forbidden = forbidden.map((glob) => Glob.forbidding(glob));
    this.#machine = machine;
  }

  /** Judges the path as it is written. */
  judge(path: PlainPath): Objection | undefined {
    return judged([path, path], this.#allowed, this.#forbidden);
  }

  /**
   * Judges the places the paths lead to.
   *
   * @returns the first path that is refused, and why. Between this look and the tool's own a link can be exchanged: what
   * writes into folders that others may write to should refuse links itself.
   */
  async judgePlaces<P extends { readonly path: PlainPath }>(
    paths: readonly P[],
  ): Promise<{ readonly found: P; readonly objection: Objection } | undefined> {
    const folder = await this.#placed({ root: '', segments: [] });
    const allowed = await this.#real(this.#allowed);
    const forbidden = await this.#real(this.#forbidden);
    for (const found of paths) {
      try {
        const place = await placeOf(printPath(found.path), this.#machine);
        if (place === undefined) continue;
        const objection = judged([place, within(folder, place)], allowed, forbidden);
        if (objection !== undefined) return { found, objection: `with links followed, ${objection}` };
      } catch (error) {
        if (!(error instanceof PlaceError)) throw error;
        return { found, objection: error.message };
      }
    }
    return undefined;
  }

  /** The globs at the real places of their stems; without those that can hold nowhere on this machine. */
  async #real(globs: readonly Glob[]): Promise<readonly Glob[]> {
    const placed = await Promise.all(
      globs.map(async (glob) => {
        if (glob.stem === undefined) return glob;
        const stem = await this.#placed(glob.stem);
        return stem && glob.at(stem);
      }),
    );
    return placed.filter((glob) => glob !== undefined);
  }

  async #placed(stem: PlainPath): Promise<PlainPath | undefined> {
    try {
      return await placeOf(printPath(stem), this.#machine);
    } catch (error) {
      // Nobody gets to a place that cannot be looked at: each path that leads there is refused by itself.
      if (error instanceof PlaceError) return undefined;
      throw error;
    }
  }
}

/**
 * @param path the path, and the same path as globs see it that begin with `**`: from the folder on when it lies in it,
 * since the way to the folder is nobody's argument.
 */
function judged(
  [path, inner]: readonly [PlainPath, PlainPath],
  allowed: readonly Glob[],
  forbidden: readonly Glob[],
): Objection | undefined {
  const outer = readingsOf(path);
  const own = inner === path ? outer : readingsOf(inner);
  const seenBy = (glob: Glob): typeof outer => (glob.stem === undefined ? own : outer);
  if (forbidden.some((glob) => glob.matches(seenBy(glob), seenBy(glob).wary))) return FORBIDDEN;
  return allowed.some((glob) => glob.matches(seenBy(glob), seenBy(glob).exact)) ? undefined : OUTSIDE;
}

function within(folder: PlainPath | undefined, place: PlainPath): PlainPath {
  if (folder === undefined || fold(folder.root) !== fold(place.root)) return place;
  const inside = folder.segments.every((segment, index) => segment === place.segments[index]);
  return inside ? { root: '', segments: place.segments.slice(folder.segments.length) } : place;
}
