import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Disk, hasErrno } from './disk.ts';

/**
 * Makes the folder below `root` level by level and answers its path. A new name is flushed into its parent, so that
 * what is later flushed inside cannot be lost with it.
 *
 * @throws Error when a level is a symbolic link or a file: a planted link would carry writes out of the store.
 */
export async function ensureFolder(disk: Disk, root: string, ...levels: readonly string[]): Promise<string> {
  let path = root;
  for (const level of levels) {
    path = join(path, level);
    if (await make(disk, path)) await syncFolder(disk, dirname(path));
    else if (!(await disk.lstat(path)).isDirectory()) {
      throw new Error(`Cannot use "${path}": it is not a folder (links are not followed); move it away`);
    }
  }
  return path;
}

async function make(disk: Disk, path: string): Promise<boolean> {
  try {
    await disk.mkdir(path, { mode: 0o750 });
    return true;
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Makes names that came or went in the folder survive a power cut. */
export async function syncFolder(disk: Disk, path: string): Promise<void> {
  const handle = await disk.open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems keep their folders safe by other means and refuse to be asked.
    if (!hasErrno(error, 'EINVAL', 'ENOTSUP', 'EPERM')) throw error;
  } finally {
    await handle.close();
  }
}
