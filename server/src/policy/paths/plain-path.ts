/**
 * A path without detours. The root is `` (counts from where the tool starts), `/`, `//` (a network share) or a drive such
 * as `D:`; segments are names, never `.` or `..`.
 */
export interface PlainPath {
  readonly root: string;
  readonly segments: readonly string[];
}

/** Why a text is no path that could be judged. */
export type PathFault = keyof typeof PATH_FAULTS;

/** What is said behind the quoted path. */
export const PATH_FAULTS = {
  climbs: 'it climbs above the place it starts from; write it without ".."',
  long: 'it is longer than 4096 characters',
  unprintable: 'it holds a control character or half a character',
  blanks: 'one of its names begins or ends the path with a blank, or is nothing but dots and blanks',
  encoded: 'it holds percent-encoded signs; write the signs themselves',
  home: 'it starts in a home folder; write the folder itself',
  drive: 'it counts from the current folder of a drive; put a slash behind the colon',
  stream: 'it names a device or a hidden stream of a file',
  address: 'it is an address, not a path',
} as const;

/** Longest path, in UTF-16 units; PATH_MAX of Linux. */
const LONGEST = 4096;
const DRIVE = /^[A-Za-z]:$/;

/**
 * Reads a path as Windows and POSIX write them: `\` is `/`, repeated slashes are one, `.` and `..` are resolved. Nothing
 * is decoded. A text two systems would read in two ways is refused, since the tool may run on the other one.
 */
export function readPath(text: string): PlainPath | PathFault {
  const path = withoutDetours(text);
  if (typeof path === 'string') return path;
  const printed = printPath(path);
  // Tools get the printed text, and in front of some names a "./" makes a difference: "./~root", "./C:/x".
  return printed === text ? path : withoutDetours(printed);
}

function withoutDetours(text: string): PlainPath | PathFault {
  if (text.length > LONGEST) return 'long';
  if (/[\p{Cc}\p{Cs}]/u.test(text)) return 'unprintable';
  if (text !== text.trim()) return 'blanks';
  // Whoever decodes once more would find a dot, a slash, a control character or the next percent sign.
  if (/%(?:2e|2f|5c|25|[01][0-9a-f]|7f)/i.test(text)) return 'encoded';
  const slashed = text.replaceAll('\\', '/');
  if (slashed.startsWith('~')) return 'home';
  if (/^[A-Za-z][A-Za-z0-9+.-]+:/.test(slashed)) return 'address';
  if (/^\/\/[.?]\//.test(slashed)) return 'stream';
  const root = rootOf(slashed);
  const rest = slashed.slice(root.length);
  if (DRIVE.test(root) && !rest.startsWith('/')) return 'drive';
  // Behind a drive or on a share stands Windows, where a colon begins the name of a stream.
  if (root.length === 2 && rest.includes(':')) return 'stream';
  const segments: string[] = [];
  for (const segment of rest.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      if (segments.pop() === undefined) return 'climbs';
    } else if (/^[.\s]+$/u.test(segment)) {
      // Windows drops dots and blanks at the end of a name: ".. " climbs there.
      return 'blanks';
    } else {
      segments.push(segment);
    }
  }
  return { root, segments };
}

/** The path as tools get it. */
export function printPath({ root, segments }: PlainPath): string {
  const names = segments.join('/');
  if (root === '') return names === '' ? '.' : names;
  return DRIVE.test(root) ? `${root}/${names}` : root + names;
}

/** True for a drive or a share: names are the same in small and capital letters there. */
export function isWindows({ root }: Pick<PlainPath, 'root'>): boolean {
  return root.length === 2;
}

function rootOf(slashed: string): string {
  if (slashed.startsWith('//')) return '//';
  if (slashed.startsWith('/')) return '/';
  return /^[A-Za-z]:/.exec(slashed)?.[0] ?? '';
}
