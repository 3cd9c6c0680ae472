import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Sink } from './sink.ts';

/** A file that appears under its name only when it is whole: written beside it, flushed to disk, renamed. */
export class FileSink implements Sink {
  readonly #path: string;
  readonly #part: string;
  readonly #file: FileHandle;
  #position = 0;

  private constructor(path: string, part: string, file: FileHandle) {
    this.#path = path;
    this.#part = part;
    this.#file = file;
  }

  /** Rejects with the operating system's error when the folder cannot be written to. */
  static async open(path: string): Promise<FileSink> {
    const part = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
    return new FileSink(path, part, await open(part, 'wx'));
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.byteLength; ) {
      const { bytesWritten } = await this.#file.write(chunk, at, chunk.byteLength - at, this.#position);
      at += bytesWritten;
      this.#position += bytesWritten;
    }
  }

  async restart(): Promise<void> {
    await this.#file.truncate(0);
    this.#position = 0;
  }

  async finish(): Promise<void> {
    await this.#file.sync();
    await this.#file.close();
    await rename(this.#part, this.#path);
  }

  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#part, { force: true }).catch(() => undefined);
  }
}
