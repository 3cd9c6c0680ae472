import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The text of a file, or undefined when there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * Replaces the file, readable for its owner only. Writes beside, flushes, renames: a crash leaves the old file or the
 * new one, never half of one.
 */
export function writeDurably(file: string, text: string): Promise<void> {
  return withDraft(file, text, (draft) => rename(draft, file));
}

/** Writes the file unless there is one, whole or not at all. Of several processes that try, one succeeds. */
export function createDurably(file: string, text: string): Promise<void> {
  return withDraft(file, text, async (draft) => {
    try {
      await link(draft, file);
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
  });
}

async function withDraft(file: string, text: string, place: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await write(draft, text);
    await place(draft);
  } finally {
    await rm(draft, { force: true });
  }
  await flushFolder(dirname(file));
}

async function write(draft: string, text: string): Promise<void> {
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Without this a loss of power may take the new name back. Some systems cannot open folders; they flush names by themselves. */
async function flushFolder(folder: string): Promise<void> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(folder, 'r');
  } catch {
    return;
  }
  try {
    await handle.sync();
  } catch (error) {
    if (!isCode(error, 'EPERM') && !isCode(error, 'EINVAL')) throw error;
  } finally {
    await handle.close();
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
