import { type FileHandle, open } from 'node:fs/promises';
import { isMissing } from './files.ts';

const CHUNK = 65_536;
/** Far more than any line of ours; a file without line feeds is not read into memory. */
const LONGEST_LINE = 1_048_576;
const LINE_FEED = 10;

/**
 * The lines of one file, one after another, in bounded memory. At the end of the file it answers undefined, and may be
 * asked again later: files grow.
 */
export class LineReader {
  readonly #handle: FileHandle;
  #buffer: Buffer = Buffer.alloc(0);
  #position: number;

  private constructor(handle: FileHandle, position: number) {
    this.#handle = handle;
    this.#position = position;
  }

  /** Undefined when there is no such file. */
  static async open(path: string, position = 0): Promise<LineReader | undefined> {
    try {
      return new LineReader(await open(path, 'r'), position);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Bytes up to the end of the last line that was answered. */
  get bytes(): number {
    return this.#position - this.#buffer.length;
  }

  /** What stands behind the last line feed. */
  get rest(): Buffer {
    return this.#buffer;
  }

  /** The next line without its line feed. A line beyond 1 MiB is answered in pieces, none of which can be a good one. */
  async next(): Promise<Buffer | undefined> {
    let searched = 0;
    for (;;) {
      const end = this.#buffer.indexOf(LINE_FEED, searched);
      if (end >= 0) return this.#take(end, end + 1);
      searched = this.#buffer.length;
      if (searched > LONGEST_LINE) return this.#take(searched, searched);
      if (!(await this.#fill())) return undefined;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  #take(end: number, next: number): Buffer {
    const line = this.#buffer.subarray(0, end);
    this.#buffer = this.#buffer.subarray(next);
    return line;
  }

  async #fill(): Promise<boolean> {
    const { bytesRead, buffer } = await this.#handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, this.#position);
    this.#position += bytesRead;
    if (bytesRead > 0) this.#buffer = Buffer.concat([this.#buffer, buffer.subarray(0, bytesRead)]);
    return bytesRead > 0;
  }
}
