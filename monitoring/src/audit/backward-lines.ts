import { open } from 'node:fs/promises';

const CHUNK = 65_536;
const LONGEST_LINE = 1_048_576;
const LINE_FEED = 10;

/** The whole lines of one file, the last first, in bounded memory. What stands behind the last line feed is left out. */
export async function* backwardLines(path: string): AsyncGenerator<Buffer, void, undefined> {
  const handle = await open(path, 'r');
  try {
    let position = (await handle.stat()).size;
    let pending: Buffer = Buffer.alloc(0);
    let whole = false;
    while (position > 0) {
      const length = Math.min(CHUNK, position);
      position -= length;
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, position);
      pending = Buffer.concat([buffer.subarray(0, bytesRead), pending]);
      for (let end = pending.lastIndexOf(LINE_FEED); end >= 0; end = pending.lastIndexOf(LINE_FEED)) {
        if (whole) yield pending.subarray(end + 1);
        whole = true;
        pending = pending.subarray(0, end);
      }
      // Nobody wrote such a line; what is left of it is dropped, not kept.
      if (pending.length > LONGEST_LINE) pending = Buffer.alloc(0);
    }
    if (whole && pending.length > 0) yield pending;
  } finally {
    await handle.close();
  }
}
