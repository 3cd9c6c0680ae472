import { matchStars } from '../wildcard.ts';
import { type PlainPath, readPath } from './plain-path.ts';
import { fold, type Names, type PathReading, type Readings, signs } from './readings.ts';

/** What a glob looks like, for sentences that begin with «expected». */
export const GLOB_FORM =
  'a path such as "media/**" or "D:/Project/*.fbx": ** for any folders, * for a part of a name, ? for one sign';

const ANY_FOLDERS = '**';
const LONGEST = 512;

/** Says what is wrong with a glob, as what was expected instead; undefined when nothing is. */
export function globFault(text: string): string | undefined {
  const path = readPath(text);
  if (text === '' || text.length > LONGEST || typeof path === 'string') return GLOB_FORM;
  const glued = path.segments.some((segment) => segment.includes(ANY_FOLDERS) && segment !== ANY_FOLDERS);
  return glued ? '** to stand alone between slashes' : undefined;
}

/** A pattern of paths. Matched with two pointers on both levels, folders and signs; no RegExp is made of it. */
export class Glob {
  /** Undefined: it begins with `**` and holds anywhere but on network shares, which must be named. */
  readonly #root: string | undefined;
  readonly #segments: readonly string[];
  readonly #plain: Names;
  readonly #folded: Names;

  private constructor(root: string | undefined, segments: readonly string[]) {
    this.#root = root;
    this.#segments = segments;
    this.#plain = segments.map(signs);
    this.#folded = segments.map(fold).map(signs);
  }

  /** What is allowed. Without wildcards it is a folder with all that lies in it. @throws Error, see `globFault` */
  static allowing(text: string): Glob {
    const { root, segments } = parse(text);
    return Glob.#of(root, segments.some(hasWildcard) ? segments : withAllInIt(segments));
  }

  /** What is forbidden, with all that lies in it. @throws Error, see `globFault` */
  static forbidding(text: string): Glob {
    const { root, segments } = parse(text);
    return Glob.#of(root, withAllInIt(segments));
  }

  static #of(root: string, segments: readonly string[]): Glob {
    return new Glob(root === '' && segments[0] === ANY_FOLDERS ? undefined : root, segments);
  }

  /** True when one of the readings fits. */
  matches({ root }: Pick<Readings, 'root'>, readings: readonly PathReading[]): boolean {
    if (this.#root === undefined ? root === '//' : fold(this.#root) !== fold(root)) return false;
    return readings.some(({ names, folded }) => matchesNames(folded ? this.#folded : this.#plain, names));
  }

  /** The part in front of the first wildcard; undefined for a glob that holds anywhere. */
  get stem(): PlainPath | undefined {
    return this.#root === undefined
      ? undefined
      : { root: this.#root, segments: this.#segments.slice(0, this.#stemEnd) };
  }

  /** The same glob with another stem. */
  at(stem: PlainPath): Glob {
    return new Glob(stem.root, [...stem.segments, ...this.#segments.slice(this.#stemEnd)]);
  }

  get #stemEnd(): number {
    const end = this.#segments.findIndex(hasWildcard);
    return end < 0 ? this.#segments.length : end;
  }
}

function parse(text: string): PlainPath {
  const fault = globFault(text);
  const path = readPath(text);
  if (fault === undefined && typeof path !== 'string') return path;
  throw new Error(`Cannot judge paths by "${text.slice(0, 80)}"; expected ${fault}`);
}

function withAllInIt(segments: readonly string[]): readonly string[] {
  return segments.at(-1) === ANY_FOLDERS ? segments : [...segments, ANY_FOLDERS];
}

function hasWildcard(segment: string): boolean {
  return /[*?]/.test(segment);
}

function matchesNames(pattern: Names, names: Names): boolean {
  return matchStars(
    pattern.length,
    names.length,
    (at) => isAnyFolders(pattern[at]),
    (patternAt, nameAt) => matchesName(pattern[patternAt] ?? [], names[nameAt] ?? []),
  );
}

function matchesName(pattern: readonly string[], name: readonly string[]): boolean {
  return matchStars(
    pattern.length,
    name.length,
    (at) => pattern[at] === '*',
    (patternAt, nameAt) => pattern[patternAt] === '?' || pattern[patternAt] === name[nameAt],
  );
}

function isAnyFolders(segment: readonly string[] | undefined): boolean {
  return segment?.length === 2 && segment[0] === '*' && segment[1] === '*';
}
