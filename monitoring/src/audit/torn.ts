import { appendFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** A half line a crash left, and where it went. */
export interface SetAside {
  readonly file: string;
  readonly bytes: number;
  readonly to: string;
}

/** Copies first, then cuts: a crash in between leaves the half line twice, not nowhere. */
export async function setAside(folder: string, file: string, bytes: number, rest: Buffer): Promise<SetAside> {
  const path = join(folder, file);
  await appendFile(`${path}.torn`, Buffer.concat([rest, Buffer.from('\n')]), { mode: 0o600, flush: true });
  await truncate(path, bytes);
  return { file, bytes: rest.length, to: `${file}.torn` };
}
