import { randomUUID } from 'node:crypto';
import { readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { cannotWrite } from './out-file.ts';

/**
 * Writes a text file in one step: whoever reads it sees the old text or the new one. A file with the same text, whatever its
 * line endings, is left alone, so that nothing is built anew. Resolves with whether it was written.
 */
export async function writeIfChanged(path: string, text: string): Promise<boolean> {
  const before = await readIfThere(path);
  if (before !== undefined && sameText(before, text)) return false;
  // A link stays one.
  const target = before === undefined ? path : await realpath(path);
  const draft = `${target}.${randomUUID()}.tmp`;
  try {
    await writeFile(draft, text, { flag: 'wx' });
    await rename(draft, target);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new Error(cannotWrite(path, cause), { cause });
  }
  return true;
}

/** Whether two texts differ in nothing but line endings and a byte order mark. */
function sameText(a: string, b: string): boolean {
  return normalized(a) === normalized(b);
}

function normalized(text: string): string {
  return text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
