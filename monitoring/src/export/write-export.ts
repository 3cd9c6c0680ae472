import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExportedFile } from './dashboards.ts';

/**
 * Writes exported files below a folder, which is made when it is not there. Files that are there already may have been edited:
 * they are replaced only with `overwrite`.
 * @throws Error that names those files; then nothing was written
 */
export async function writeExport(
  folder: string,
  files: readonly ExportedFile[],
  { overwrite = false }: { readonly overwrite?: boolean } = {},
): Promise<void> {
  const there = files.filter(({ path }) => existsSync(join(folder, path)));
  if (!overwrite && there.length > 0) {
    const names = there.map(({ path }) => path).join(', ');
    throw new Error(`Cannot export into "${folder}": ${names} would be replaced; name another folder, or allow it`);
  }
  for (const { path, text } of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
