import { type FileHandle, open } from 'node:fs/promises';
import { CallError } from '@callsheet/protocol';

export interface SaveRequest {
  /** A file that does not exist yet. */
  readonly path: string;
  /** One byte more is refused, as soon as it is announced or there. */
  readonly maxBytes: number;
  /** Looks at the first bytes, `HEAD_BYTES` of them or the whole file; what it throws ends it. */
  readonly accept: (head: Uint8Array) => void;
  /** Bytes so far, and in all where the sender said so. */
  readonly onBytes?: (bytes: number, total: number | undefined) => void;
}

/** Enough to tell every format from every other. */
export const HEAD_BYTES = 64;

/**
 * Writes media from outside into a file, looked at and bounded on the way. On failure the file may be left; the caller
 * removes it.
 *
 * @returns how many bytes there are
 * @throws CallError REQUEST_TOO_LARGE, STORAGE_FULL; what `accept` and the source throw
 */
export async function saveFile(
  chunks: AsyncIterable<Uint8Array>,
  total: number | undefined,
  { path, maxBytes, accept, onBytes }: SaveRequest,
): Promise<number> {
  if (total !== undefined && total > maxBytes) throw tooLarge(maxBytes);
  let head: Uint8Array | undefined = new Uint8Array();
  let bytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      if (head !== undefined) head = examine(Buffer.concat([head, chunk]), accept);
      await write(file, chunk);
      onBytes?.(bytes, total);
    }
    if (head !== undefined) accept(head);
  } finally {
    await file.close();
  }
  return bytes;
}

/** Answers what there is of the head until it is long enough to be looked at, then nothing. */
function examine(head: Uint8Array, accept: SaveRequest['accept']): Uint8Array | undefined {
  if (head.byteLength < HEAD_BYTES) return head;
  accept(head.subarray(0, HEAD_BYTES));
  return undefined;
}

async function write(file: FileHandle, chunk: Uint8Array): Promise<void> {
  try {
    await file.writeFile(chunk);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT')))
      throw cause;
    throw new CallError('STORAGE_FULL', 'Cannot fetch the file: the disk is full; make room and try again', { cause });
  }
}

function tooLarge(maxBytes: number): CallError {
  const sentence = `Cannot fetch the file: it is larger than the ${maxBytes} bytes allowed; give a smaller one`;
  return new CallError('REQUEST_TOO_LARGE', sentence, { details: { max_bytes: maxBytes } });
}
