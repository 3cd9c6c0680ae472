import type { Stats } from 'node:fs';
import * as fs from 'node:fs/promises';
import { CallError } from '@callsheet/protocol';

/** The operations of the file system the store needs, as `node:fs/promises` has them; a test lets one of them fail. */
export type Disk = Pick<
  typeof fs,
  'open' | 'link' | 'rename' | 'unlink' | 'mkdir' | 'lstat' | 'realpath' | 'readdir' | 'readFile'
>;

export const LOCAL_DISK: Disk = fs;

/** True when the error carries one of these `errno` names. */
export function hasErrno(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && names.includes(String(error.code));
}

/** A full disk or a used-up quota as STORAGE_FULL; every other error as it came. */
export function asStorageError(error: unknown): unknown {
  if (!hasErrno(error, 'ENOSPC', 'EDQUOT')) return error;
  return new CallError('STORAGE_FULL', 'Cannot store the asset: the disk is full; free some space and try again', {
    cause: error,
  });
}

/** What lies under the name, links not followed, or undefined when nothing does. */
export async function lookAt(disk: Disk, path: string): Promise<Stats | undefined> {
  try {
    return await disk.lstat(path);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Removes a file that may be gone already. */
export async function unlinkIfThere(disk: Disk, path: string): Promise<boolean> {
  try {
    await disk.unlink(path);
    return true;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return false;
    throw error;
  }
}
