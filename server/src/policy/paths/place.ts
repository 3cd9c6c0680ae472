import { lstat, realpath } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { hasErrno } from '../../assets/disk.ts';
import { type PlainPath, readPath } from './plain-path.ts';

/** What is asked of a file system. */
export interface PlaceDisk {
  readonly realpath: (path: string) => Promise<string>;
  readonly lstat: (path: string) => Promise<{ isSymbolicLink(): boolean }>;
}

/** The machine paths are looked up on. */
export interface Machine {
  /** Where relative paths count from; absolute. */
  readonly folder: string;
  readonly windows: boolean;
  readonly disk: PlaceDisk;
}

/** This machine, with relative paths counted from the folder. */
export function thisMachine(folder: string): Machine {
  return { folder, windows: process.platform === 'win32', disk: { realpath, lstat } };
}

/** A path whose place cannot be told. */
export class PlaceError extends Error {
  override readonly name = 'PlaceError';
}

/**
 * Where a path leads on this machine, all symbolic links followed. Names at its end that do not exist yet are taken as
 * they are, since a tool may be about to make them.
 *
 * @returns undefined for a path that can be on no machine like this one.
 * @throws PlaceError for a link that leads nowhere (whoever writes to it makes a file elsewhere), and where looking is
 * not allowed.
 */
export async function placeOf(path: string, { folder, windows, disk }: Machine): Promise<PlainPath | undefined> {
  if (!windows && /^[A-Za-z]:/.test(path)) return undefined;
  const { resolve, dirname, basename, join } = windows ? win32 : posix;
  const missing: string[] = [];
  for (let at = resolve(folder, path); ; at = dirname(at)) {
    const real = await realOf(at, disk);
    if (real !== undefined) return asPath(join(real, ...missing), windows);
    if (dirname(at) === at) throw new PlaceError(`there is no ${at}`);
    missing.unshift(basename(at));
  }
}

/** Undefined when nothing is there. */
async function realOf(path: string, disk: PlaceDisk): Promise<string | undefined> {
  try {
    return await disk.realpath(path);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) throw blind(error);
  }
  try {
    if ((await disk.lstat(path)).isSymbolicLink()) throw new PlaceError('a link leads nowhere');
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) throw blind(error);
  }
  return undefined;
}

function blind(error: unknown): PlaceError {
  return error instanceof PlaceError ? error : new PlaceError('it cannot be looked at', { cause: error });
}

function asPath(real: string, windows: boolean): PlainPath {
  // A backslash is a letter here and a slash there.
  if (!windows) return { root: '/', segments: real.split('/').filter((segment) => segment !== '') };
  const path = readPath(real.replace(/^\\\\\?\\(?=[A-Za-z]:)/, ''));
  if (typeof path === 'string') throw new PlaceError('it leads to a place without a plain name');
  return path;
}
