import { compareVersions, parsePrerelease, type Version } from './version.ts';

/** Tells whether a version lies in a range. */
export type VersionRange = (version: Version) => boolean;

/** Longer ones are refused. */
export const LONGEST_RANGE = 256;

interface Bound {
  readonly operator: '>' | '>=' | '<' | '<=';
  readonly version: Version;
}

const PART = '(0|[1-9]\\d{0,14}|[xX*])';
const COMPARATOR = new RegExp(`^(\\^|~|[<>]?=?)v?${PART}(?:\\.${PART}(?:\\.${PART}(?:-([0-9A-Za-z.-]+))?)?)?$`);

/**
 * Reads a range as npm writes them: `1.2.3`, `1.x`, `^1.2`, `~1.2.3`, `>=1.0.0 <3`, `^1 || ^2`, `*`. As there, a prerelease
 * lies in a range only when the range itself names a prerelease of the same release.
 *
 * Undefined when the text is no such range.
 */
export function parseRange(text: string): VersionRange | undefined {
  if (text.length > LONGEST_RANGE) return undefined;
  const alternatives: (readonly Bound[])[] = [];
  for (const alternative of text.split('||')) {
    const bounds = readBounds(alternative);
    if (bounds === undefined) return undefined;
    alternatives.push(bounds);
  }
  return (version) => alternatives.some((bounds) => liesWithin(version, bounds));
}

function readBounds(alternative: string): Bound[] | undefined {
  const bounds: Bound[] = [];
  // An operator may stand apart from its version: `>= 1.2`.
  const words = alternative.replaceAll(/([<>=^~]) +/g, '$1').split(' ');
  for (const word of words) {
    if (word === '') continue;
    const read = readComparator(word);
    if (read === undefined) return undefined;
    bounds.push(...read);
  }
  return bounds;
}

function readComparator(word: string): Bound[] | undefined {
  const match = COMPARATOR.exec(word);
  if (match === null) return undefined;
  const [, operator = '', ...parts] = match;
  const prerelease = parsePrerelease(parts[3]);
  if (prerelease === undefined) return undefined;
  const [major, minor, patch] = parts.slice(0, 3).map(numberOf);
  // A number behind a wildcard bounds nothing: whoever wrote it meant something else.
  if ((minor === undefined && patch !== undefined) || (major === undefined && minor !== undefined)) return undefined;
  if (major === undefined) return operator === '<' || operator === '>' ? [NOTHING] : [];
  const lowest = release(major, minor ?? 0, minor === undefined ? 0 : (patch ?? 0));
  const named = patch === undefined || minor === undefined ? lowest : { ...lowest, prerelease };
  const above = minor === undefined ? release(major + 1) : release(major, minor + 1);
  const beyond = patch === undefined || minor === undefined ? above : undefined;
  switch (operator) {
    case '^':
      return [
        { operator: '>=', version: named },
        { operator: '<', version: beyondCaret(major, minor, patch) },
      ];
    case '~':
      return [
        { operator: '>=', version: named },
        { operator: '<', version: above },
      ];
    case '>':
      return [beyond === undefined ? { operator, version: named } : { operator: '>=', version: beyond }];
    case '<=':
      return [beyond === undefined ? { operator, version: named } : { operator: '<', version: beyond }];
    case '>=':
    case '<':
      return [{ operator, version: named }];
    default:
      return beyond === undefined
        ? [
            { operator: '>=', version: named },
            { operator: '<=', version: named },
          ]
        : [
            { operator: '>=', version: named },
            { operator: '<', version: beyond },
          ];
  }
}

/** The caret lets everything grow but the leftmost number that is not zero. */
function beyondCaret(major: number, minor: number | undefined, patch: number | undefined): Version {
  if (major > 0 || minor === undefined) return release(major + 1);
  return minor > 0 || patch === undefined ? release(0, minor + 1) : release(0, 0, patch + 1);
}

function liesWithin(version: Version, bounds: readonly Bound[]): boolean {
  if (!bounds.every((bound) => holds(version, bound))) return false;
  return version.prerelease.length === 0 || bounds.some((bound) => namesPrerelease(bound.version, version));
}

function holds(version: Version, { operator, version: limit }: Bound): boolean {
  const order = compareVersions(version, limit);
  if (order === 0) return operator === '>=' || operator === '<=';
  return order > 0 === operator.startsWith('>');
}

function namesPrerelease(bound: Version, { major, minor, patch }: Version): boolean {
  return bound.prerelease.length > 0 && bound.major === major && bound.minor === minor && bound.patch === patch;
}

function numberOf(part: string | undefined): number | undefined {
  const number = Number(part);
  return part === undefined || Number.isNaN(number) ? undefined : number;
}

function release(major: number, minor = 0, patch = 0): Version {
  return { major, minor, patch, prerelease: [] };
}

/** `<*` and `>*`. */
const NOTHING: Bound = { operator: '<', version: release(0) };
