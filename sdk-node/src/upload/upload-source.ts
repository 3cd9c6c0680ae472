import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';

/** What can be uploaded: a path, bytes, or a stream of them. */
export type Uploadable = string | Uint8Array | Readable | AsyncIterable<Uint8Array>;

/** The bytes of an upload. */
export interface UploadSource {
  /** Of a path, its last part; what is called a stream by errors, and by nobody else. */
  readonly label: string;
  readonly fileName: string | undefined;
  /** Undefined while nobody knows. */
  readonly totalBytes: number | undefined;
  /** True when `read` may be called again. */
  readonly isRepeatable: boolean;
  /** Pieces of at most 256 KiB, read one by one as they are asked for. */
  read(): AsyncIterable<Uint8Array>;
  /** Lets go of whatever is still open. */
  close(): void;
}

const PIECE = 262_144;

/** True for what `openSource` takes. */
export function isUploadable(value: unknown): value is Uploadable {
  if (typeof value === 'string') return value !== '';
  return typeof value === 'object' && value !== null && (value instanceof Uint8Array || Symbol.asyncIterator in value);
}

/** Looks at what was given; a file is opened when it is read. Rejects in the words of the operating system. */
export async function openSource(given: Uploadable): Promise<UploadSource> {
  const close = (): void => {};
  if (typeof given === 'string') {
    const facts = await stat(given);
    if (!facts.isFile()) throw new Error('it is no file');
    const name = basename(given);
    return {
      ...{ label: `"${name}"`, fileName: name, totalBytes: facts.size, isRepeatable: true, close },
      read: () => createReadStream(given, { highWaterMark: PIECE }),
    };
  }
  if (given instanceof Uint8Array) {
    const totalBytes = given.byteLength;
    return {
      label: `${totalBytes} bytes`,
      fileName: undefined,
      totalBytes,
      isRepeatable: true,
      close,
      read: () => pieces([given]),
    };
  }
  return {
    ...{ label: 'a stream', fileName: undefined, totalBytes: undefined, isRepeatable: false },
    read: () => pieces(given),
    close: () => {
      if (given instanceof Readable) given.destroy();
    },
  };
}

async function* pieces(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError(`it gave a chunk of type ${typeof chunk} instead of bytes`);
    for (let from = 0; from < chunk.byteLength; from += PIECE) yield chunk.subarray(from, from + PIECE);
  }
}
