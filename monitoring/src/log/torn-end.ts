import { open, stat } from 'node:fs/promises';
import { isMissing } from '../audit/files.ts';

const CHUNK = 65_536;
const LINE_FEED = 10;

/** How a file ends. */
export interface FileEnd {
  /** Bytes of whole lines. */
  readonly bytes: number;
  /** What stands behind the last line feed: half a line of a process that was killed. */
  readonly rest: Buffer;
}

/** Reads backwards to the last line feed. No bytes for a file there is not. Rejects for a pipe: opening one may take for ever. */
export async function endOf(path: string): Promise<FileEnd> {
  const found = await stat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (found?.isFIFO() === true) throw new Error('it is a pipe');
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (handle === undefined) return { bytes: 0, rest: Buffer.alloc(0) };
  try {
    const behind: Buffer[] = [];
    let position = (await handle.stat()).size;
    while (position > 0) {
      const length = Math.min(CHUNK, position);
      position -= length;
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, position);
      const end = buffer.lastIndexOf(LINE_FEED, bytesRead - 1) + 1;
      behind.unshift(buffer.subarray(end, bytesRead));
      if (end > 0) return { bytes: position + end, rest: Buffer.concat(behind) };
    }
    return { bytes: 0, rest: Buffer.concat(behind) };
  } finally {
    await handle.close();
  }
}
