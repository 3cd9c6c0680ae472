import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A body whose hash is known before its first byte is sent, which a signature needs. */
export interface HashedBody {
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Removes what was made for it. */
  release(): Promise<void>;
}

/**
 * Hashes bytes as they are, and a stream by way of a file in the folder `scratch` makes. Rejects with the stream's own
 * fault, with the reason of `signal`, and with what the file system says; nothing stays behind then.
 */
export async function hashedBody(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  scratch: () => Promise<string>,
  signal: AbortSignal,
): Promise<HashedBody> {
  const hash = createHash('sha256');
  if (source instanceof Uint8Array) {
    return { body: source, sha256: hash.update(source).digest('hex'), release: () => Promise.resolve() };
  }
  const path = join(await scratch(), `signed-${randomUUID()}`);
  const release = (): Promise<void> => rm(path, { force: true });
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await spool(source, file, hash, signal);
    } finally {
      await file.close();
    }
  } catch (error) {
    await release();
    throw error;
  }
  return { body: createReadStream(path), sha256: hash.digest('hex'), release };
}

async function spool(source: AsyncIterable<Uint8Array>, file: FileHandle, hash: Hash, signal: AbortSignal) {
  for await (const piece of source) {
    signal.throwIfAborted();
    hash.update(piece);
    await file.writeFile(piece);
  }
}
