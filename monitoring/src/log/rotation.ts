import { mkdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AppendFile } from '../audit/append-file.ts';
import { isMissing } from '../audit/files.ts';
import { type SetAside, setAside } from '../audit/torn.ts';
import { endOf } from './torn-end.ts';

export interface RotationOptions {
  /** Made when missing, with mode 0750. */
  readonly folder: string;
  /** `events` makes `events.jsonl`, `events.1.jsonl`, … */
  readonly name: string;
  /** A file is full before it is longer, unless by its only line. */
  readonly maxFileBytes: number;
  /** The one being written included. */
  readonly filesKept: number;
  /** A killed process left half a line; where it is now. */
  readonly repaired: (torn: SetAside) => void;
}

/** For its owner and those who collect logs. */
const FILE_MODE = 0o640;
const FOLDER_MODE = 0o750;
const LINE_FEED = 10;

/**
 * The files of one log on disk: `name.jsonl` is the newest, a higher number is older. Not to be called concurrently. After
 * a failure everything is looked at anew, so that it goes on by itself once the disk, the folder or the rights are back.
 */
export class Rotation {
  readonly #options: RotationOptions;
  #file: AppendFile | undefined;

  constructor(options: RotationOptions) {
    this.#options = options;
  }

  /** The file that is being written. */
  get path(): string {
    return this.#path(0);
  }

  /** Finds where the newest file ends. Rejects when the disk refuses. */
  async begin(): Promise<AppendFile> {
    if (this.#file !== undefined) return this.#file;
    const { folder, filesKept, repaired } = this.#options;
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    // Fewer may be kept than before.
    for (let number = filesKept; await gone(this.#path(number)); ) number++;
    const { bytes, rest } = await endOf(this.path);
    if (rest.length > 0) repaired(await setAside(folder, this.#name(0), bytes, rest));
    this.#file = new AppendFile(this.path, bytes, FILE_MODE);
    return this.#file;
  }

  /** Writes some of the lines, whole ones, and answers how many bytes. What comes next may go to another file. */
  async append(lines: Buffer): Promise<number> {
    const file = await this.#current();
    const room = this.#options.maxFileBytes - file.bytes;
    let end = lines.length;
    if (end > room) end = room > 0 ? lines.lastIndexOf(LINE_FEED, room - 1) + 1 : 0;
    if (end === 0 && file.bytes > 0) {
      await this.#rotate(file);
      return 0;
    }
    if (end === 0) end = lines.indexOf(LINE_FEED) + 1;
    try {
      await file.append(lines.subarray(0, end));
    } catch (error) {
      this.#file = undefined;
      throw error;
    }
    return end;
  }

  /** The file of that name: somebody may have moved or removed the one that is open. */
  async #current(): Promise<AppendFile> {
    const file = await this.begin();
    if (!(await file.isElsewhere())) return file;
    await this.close();
    return this.begin();
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  /** From the oldest to the newest, so that a kill in between leaves a gap in the numbers and takes no file away. */
  async #rotate(full: AppendFile): Promise<void> {
    this.#file = undefined;
    await full.close();
    const { filesKept } = this.#options;
    if (filesKept === 1) await gone(this.path);
    for (let number = filesKept - 1; number > 0; number--) {
      await rename(this.#path(number - 1), this.#path(number)).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    }
  }

  #name(number: number): string {
    return number === 0 ? `${this.#options.name}.jsonl` : `${this.#options.name}.${number}.jsonl`;
  }

  #path(number: number): string {
    return join(this.#options.folder, this.#name(number));
  }
}

/** Removes a file. False when there was none. */
async function gone(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
