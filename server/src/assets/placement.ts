import { type Disk, hasErrno, lookAt, unlinkIfThere } from './disk.ts';

/** A finished file on its way to its place. */
export interface Arrival {
  readonly temporary: string;
  readonly bytes: number;
  readonly blob: string;
  readonly media: string;
}

const ATTEMPTS = 3;

/**
 * Moves a finished file to its media path, sharing the bytes with an equal one where there is one.
 *
 * The temporary file stays until the media path exists, and a new blob has two names from its first moment, so a
 * collector that removes blobs with a single name can run at any time: at worst an equal content is stored twice.
 * Where links cannot be made (no support, or 65,000 on one file), the asset keeps a file of its own.
 */
export async function place(disk: Disk, arrival: Arrival): Promise<void> {
  const { temporary, blob, media } = arrival;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const outcome = await link(disk, temporary, blob);
    if (outcome !== 'exists') break;
    if (!(await isIntact(disk, blob, arrival.bytes))) {
      await unlinkIfThere(disk, blob);
      continue;
    }
    const shared = await link(disk, blob, media);
    if (shared === 'made') {
      await unlinkIfThere(disk, temporary);
      return;
    }
    if (shared === 'impossible') break;
    // 'gone': the collector was faster. The next attempt makes the blob again.
  }
  await disk.rename(temporary, media);
}

/** Makes a second name for a file where the file system can; false where it cannot. */
export async function tryLink(disk: Disk, from: string, to: string): Promise<boolean> {
  return (await link(disk, from, to)) === 'made';
}

async function link(disk: Disk, from: string, to: string): Promise<'made' | 'exists' | 'gone' | 'impossible'> {
  try {
    await disk.link(from, to);
    return 'made';
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return 'exists';
    if (hasErrno(error, 'ENOENT')) return 'gone';
    if (hasErrno(error, 'EMLINK', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) return 'impossible';
    throw error;
  }
}

async function isIntact(disk: Disk, blob: string, bytes: number): Promise<boolean> {
  const facts = await lookAt(disk, blob);
  return facts?.isFile() === true && facts.size === bytes;
}
