import type { KeyObject } from 'node:crypto';
import { open } from 'node:fs/promises';
import { type CheckpointAt, type Failure, readCheckpoint } from './checkpoint.ts';
import { fileName, pathOf } from './files.ts';

/** Checkpoints have some 300 bytes. */
const LONGEST_CHECKPOINT = 8_192;

/** `bytesRead`: where it ends in its file. */
export type LastCheckpoint = CheckpointAt & { readonly bytesRead: number };

/** The last whole line of a checkpoint file, checked by itself. Undefined when there is no whole line at all. */
export async function lastCheckpoint(
  folder: string,
  key: KeyObject,
  number: number,
): Promise<LastCheckpoint | Failure | undefined> {
  const handle = await open(pathOf(folder, 'checkpoints', number), 'r');
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, LONGEST_CHECKPOINT);
    const tail = Buffer.alloc(length);
    await handle.read(tail, 0, length, size - length);
    const end = tail.lastIndexOf('\n');
    if (end < 0) return size <= LONGEST_CHECKPOINT ? undefined : unreadable(number, 'has no whole line at its end');
    const begin = end === 0 ? 0 : tail.lastIndexOf('\n', end - 1) + 1;
    const last = readCheckpoint(key, tail.subarray(begin, end), 0);
    return typeof last === 'string' ? unreadable(number, last) : { ...last, bytesRead: size - length + end + 1 };
  } finally {
    await handle.close();
  }
}

function unreadable(number: number, reason: string): Failure {
  return { file: fileName('checkpoints', number), line: 1, reason };
}
