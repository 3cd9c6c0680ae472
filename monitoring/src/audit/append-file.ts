import { type FileHandle, open, stat } from 'node:fs/promises';

/**
 * A file that only grows, by whole lines: what could not be written entirely is taken back, so that the next line never
 * stands behind half a line. Made at the first append, with `mode`: readable by its owner only when not said.
 */
export class AppendFile {
  readonly #path: string;
  readonly #mode: number;
  #handle: FileHandle | undefined;
  #bytes: number;
  #torn = false;

  constructor(path: string, bytes = 0, mode = 0o600) {
    this.#path = path;
    this.#bytes = bytes;
    this.#mode = mode;
  }

  /** Bytes of whole lines. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Rejects when the disk refuses; the file is then as it was, or mended before the next append. */
  async append(lines: string | Uint8Array): Promise<void> {
    this.#handle ??= await open(this.#path, 'a', this.#mode);
    const handle = this.#handle;
    const bytes = typeof lines === 'string' ? Buffer.from(lines) : lines;
    try {
      if (this.#torn) await this.#mend(handle);
      this.#torn = true;
      for (let done = 0; done < bytes.length; ) done += (await handle.write(bytes, done)).bytesWritten;
    } catch (error) {
      // Opened anew the next time: the old handle may lead to a disk that is gone.
      this.#handle = undefined;
      await this.#mend(handle).catch(() => undefined);
      await handle.close().catch(() => undefined);
      throw error;
    }
    this.#torn = false;
    this.#bytes += bytes.length;
  }

  /** Waits until what was appended is on the disk. */
  async sync(): Promise<void> {
    await this.#handle?.datasync();
  }

  /** Whether the file was moved or removed since it was opened: what is appended then is nowhere to be found under its name. */
  async isElsewhere(): Promise<boolean> {
    if (this.#handle === undefined) return false;
    const [own, there] = await Promise.all([this.#handle.stat(), stat(this.#path).catch(() => undefined)]);
    return there?.ino !== own.ino || there.dev !== own.dev;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async #mend(handle: FileHandle): Promise<void> {
    // A file that is shorter was cut by somebody else, and must not be filled with zeros.
    if ((await handle.stat()).size > this.#bytes) await handle.truncate(this.#bytes);
    this.#torn = false;
  }
}
