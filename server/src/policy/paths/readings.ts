import { isWindows, type PlainPath } from './plain-path.ts';

/** Names as lists of signs, so that one sign is one item, whatever its code. */
export type Names = readonly (readonly string[])[];

/** One way to read the names of a path: as written, or with capital letters and composed letters made alike. */
export interface PathReading {
  readonly names: Names;
  readonly folded: boolean;
}

/**
 * A path in all the ways systems read it.
 *
 * - exact: as it stands, except on drives and shares, where capital letters do not count. For what is allowed.
 * - wary: also what some system takes for the same name: other capitals, decomposed letters, dots and blanks at the end,
 *   a stream behind a colon. For what is forbidden.
 */
export interface Readings {
  readonly root: string;
  readonly exact: readonly PathReading[];
  readonly wary: readonly PathReading[];
}

export function readingsOf(path: PlainPath): Readings {
  const { root, segments } = path;
  const folded = segments.map(fold);
  const plain = { names: segments.map(signs), folded: false };
  const alike = { names: folded.map(signs), folded: true };
  const opened = { names: folded.map(asOpened).map(signs), folded: true };
  return { root, exact: [isWindows(path) ? alike : plain], wary: [plain, alike, opened] };
}

/** Makes names alike that file systems without case take for one. */
export function fold(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

export function signs(name: string): readonly string[] {
  return [...name];
}

/** The file Windows opens under this name: nothing behind a colon, no dots and blanks at the end. */
function asOpened(name: string): string {
  const [file = ''] = name.split(':', 1);
  let end = file.length;
  while (end > 0 && (file[end - 1] === '.' || file[end - 1] === ' ')) end--;
  return file.slice(0, end) || name;
}
