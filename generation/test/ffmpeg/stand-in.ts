import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is gone after the work. */
export async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'callsheet-test-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes an executable script that plays ffmpeg's part, and answers its path. */
export async function standIn(folder: string, script: string, name = 'ffmpeg'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}

/** A stand-in written in JavaScript. */
export function nodeStandIn(folder: string, body: string): Promise<string> {
  return standIn(folder, `#!${process.execPath}\n${body}\n`);
}
