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
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await spool(source, file, hash, signal);
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  const body = createReadStream(path);
  const release = (): Promise<void> => {
    body.destroy();
    return rm(path, { force: true });
  };
  return { body, sha256: hash.digest('hex'), release };
}

/** Does not wait for a source that gives nothing more when the signal aborts. */
async function spool(source: AsyncIterable<Uint8Array>, file: FileHandle, hash: Hash, signal: AbortSignal) {
  signal.throwIfAborted();
  const pieces = source[Symbol.asyncIterator]();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
  });
  try {
    for (;;) {
      const { done, value } = await Promise.race([pieces.next(), aborted]);
      if (done) return;
      hash.update(value);
      await file.writeFile(value);
    }
  } catch (error) {
    // Not awaited: a generator that is stuck cannot be told to end.
    pieces.return?.().catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
