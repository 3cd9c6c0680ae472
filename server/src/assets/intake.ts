import { createHash } from 'node:crypto';
import { CallError } from '@callsheet/protocol';
import type { Disk } from './disk.ts';

/** Hashing and writing in such steps leaves the event loop free between them. */
const STEP = 1_048_576;

export interface Received {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
}

export interface IntakeBounds {
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the source into the new file `path`, flushed to the disk, and measures it on the way. On failure the file
 * may be left behind; the caller removes it.
 *
 * @throws CallError REQUEST_TOO_LARGE as soon as there is a byte too many, CANCELLED when the signal fires.
 */
export async function receive(
  disk: Disk,
  path: string,
  source: Uint8Array | AsyncIterable<Uint8Array>,
  { maxBytes, signal }: IntakeBounds,
): Promise<Received> {
  const hash = createHash('sha256');
  let bytes = 0;
  const chunks = source instanceof Uint8Array ? steps(source) : source;
  // Nobody writes into a stored file again: it may be shared with other assets.
  const handle = await disk.open(path, 'wx', 0o440);
  try {
    for await (const chunk of signal === undefined ? chunks : untilAborted(chunks, signal)) {
      if (!(chunk instanceof Uint8Array))
        throw new TypeError(`Cannot store a chunk of type ${typeof chunk}: give bytes`);
      bytes += chunk.byteLength;
      if (bytes > maxBytes) {
        throw new CallError(
          'REQUEST_TOO_LARGE',
          `Cannot store the asset: it is larger than the ${maxBytes} bytes allowed`,
        );
      }
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}

async function* steps(whole: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < whole.byteLength; from += STEP) yield whole.subarray(from, from + STEP);
}

/** Passes chunks on until the signal fires, even when the source never answers again. */
async function* untilAborted(source: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(new CallError('CANCELLED', 'Cannot store the asset: the call was cancelled', { cause: signal.reason }));
    };
  });
  aborted.catch(() => undefined);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await Promise.race([iterator.next(), aborted]);
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    // Not awaited: a source that hangs in `next` would hang in `return` too.
    iterator.return?.().catch(() => undefined);
  }
}
