/** A semantic version (SemVer 2.0.0), taken apart. Build metadata orders nothing and is left out. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** `-beta.2` is `['beta', 2]`; empty for a release. */
  readonly prerelease: readonly (string | number)[];
}

/** Longer ones are nobody's version. */
export const LONGEST_VERSION = 128;

const NUMBER = '(0|[1-9]\\d{0,14})';
const LABELS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const VERSION = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${LABELS}))?(?:\\+${LABELS})?$`);
const DIGITS = /^\d+$/;

/** Undefined when the text is no semantic version, or a number in it is above 999,999,999,999,999. */
export function parseVersion(text: string): Version | undefined {
  if (text.length > LONGEST_VERSION) return undefined;
  const match = VERSION.exec(text);
  if (match === null) return undefined;
  const prerelease = parsePrerelease(match[4]);
  if (prerelease === undefined) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]), prerelease };
}

/** `['beta', 2]` of `beta.2`. Undefined when a number in it begins with a zero or is too long. */
export function parsePrerelease(text: string | undefined): (string | number)[] | undefined {
  if (text === undefined) return [];
  const labels: (string | number)[] = [];
  for (const label of text.split('.')) {
    if (!DIGITS.test(label)) labels.push(label);
    else if (label.length > 15 || (label.startsWith('0') && label !== '0')) return undefined;
    else labels.push(Number(label));
  }
  return labels;
}

/** Below 0 when `one` comes before `other`, 0 when neither does (SemVer 2.0.0 §11). */
export function compareVersions(one: Version, other: Version): number {
  return (
    one.major - other.major ||
    one.minor - other.minor ||
    one.patch - other.patch ||
    comparePrereleases(one.prerelease, other.prerelease)
  );
}

/** One text for all versions that compare as equal. */
export function precedenceKey({ major, minor, patch, prerelease }: Version): string {
  return `${major}.${minor}.${patch}-${prerelease.join('.')}`;
}

function comparePrereleases(one: Version['prerelease'], other: Version['prerelease']): number {
  // A release comes after every prerelease of it.
  if (one.length === 0 || other.length === 0) return other.length - one.length;
  for (const [at, left] of one.entries()) {
    const right = other[at];
    if (right === undefined) return 1;
    if (left !== right) return compareLabels(left, right);
  }
  return one.length - other.length;
}

function compareLabels(left: string | number, right: string | number): number {
  if (typeof left === 'number') return typeof right === 'number' ? left - right : -1;
  if (typeof right === 'number') return 1;
  return left < right ? -1 : 1;
}
