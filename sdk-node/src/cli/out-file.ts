import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { printable } from './printable.ts';
import { UsageError } from './usage-error.ts';

/** Looks, before anything is sent, whether a file can be made at `path` or replaced there. Throws UsageError. */
export async function expectPlaceFor(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw new UsageError(`Cannot write ${printable(path)}: it is a folder; name a file in it`);
  try {
    // With the dot a file that stands where the folder should be is refused as well.
    await access(`${dirname(path)}/.`, constants.W_OK);
  } catch (cause) {
    throw new UsageError(`${cannotWrite(path, cause)}; make the folder, or name another`, { cause });
  }
}

/** Without what Node.js says of its own call, which names other files than the user did. */
export function cannotWrite(path: string, cause: unknown): string {
  const why = cause instanceof Error ? cause.message.replace(/, \w+( '.*)?$/s, '') : String(cause);
  return `Cannot write ${printable(path)}: ${why}`;
}
