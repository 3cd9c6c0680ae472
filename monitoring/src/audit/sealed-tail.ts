import type { KeyObject } from 'node:crypto';
import { check } from './chain.ts';
import type { Checkpoint } from './checkpoint.ts';
import { LineReader } from './line-reader.ts';

/** Several times the longest line, and milliseconds to check. */
const CHECKED_TAIL = 262_144;

/** Whether the lines just before a checkpoint are good, each follows the one before, and the last is the one it seals. */
export async function sealedTailIsGood(
  path: string,
  key: KeyObject,
  { bytes, last, seq }: Checkpoint,
): Promise<boolean> {
  if (bytes === 0) return true;
  const lines = await linesBefore(path, bytes);
  let next = { prev: last, seq: seq + 1 };
  for (const line of lines.reverse()) {
    const checked = check('audit', key, line);
    if (!checked.good || checked.sig !== next.prev || checked.members.seq !== next.seq - 1) return false;
    next = { prev: checked.prev, seq: next.seq - 1 };
  }
  return lines.length > 0;
}

/** The whole lines in the last quarter of a megabyte before a place; none when no line ends there. */
async function linesBefore(path: string, bytes: number): Promise<Buffer[]> {
  const reader = await LineReader.open(path, Math.max(0, bytes - CHECKED_TAIL));
  const lines: Buffer[] = [];
  try {
    for (let line = await reader?.next(); line !== undefined && reader !== undefined; line = await reader.next()) {
      lines.push(line);
      // A window that does not begin with the file begins inside a line.
      if (reader.bytes === bytes) return bytes > CHECKED_TAIL ? lines.slice(1) : lines;
      if (reader.bytes > bytes) return [];
    }
    return [];
  } finally {
    await reader?.close();
  }
}
