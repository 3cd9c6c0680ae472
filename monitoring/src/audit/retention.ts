import { unlink } from 'node:fs/promises';
import { isMissing, listFiles, pathOf } from './files.ts';

/** Numbers of the oldest audit files, ascending: those beyond the `keep` newest when `current` is the newest. */
export async function removableFiles(folder: string, current: number, keep: number): Promise<readonly number[]> {
  const { audit } = await listFiles(folder);
  return audit.filter((number) => number <= current - keep);
}

/** Removes audit files. Their checkpoints stay: what follows is chained to them. */
export async function removeFiles(folder: string, numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    try {
      await unlink(pathOf(folder, 'audit', number));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}
