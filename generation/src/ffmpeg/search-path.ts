import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export type IsExecutable = (path: string) => Promise<boolean>;

/** Looks for a program in folders listed the way PATH lists them. */
export async function searchPath(
  folders: string,
  name: string,
  isExecutable: IsExecutable = mayExecute,
): Promise<string | undefined> {
  for (const folder of folders.split(delimiter).filter((part) => part !== '')) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

export async function mayExecute(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
