import { fileName, pathOf } from './files.ts';
import { LineReader } from './line-reader.ts';

/** Where a file ended: its last line and its bytes. */
export interface Ended {
  readonly file: string;
  readonly line: number;
  readonly bytes: number;
}

/** The lines of one segment of the trail, file after file, while they are written or long after. */
export class TrailReader {
  readonly #folder: string;
  readonly #until: number;
  #number: number;
  #line = 0;
  #offset: number;
  #reader: LineReader | undefined;
  #before: Ended = { file: '', line: 0, bytes: 0 };

  /** Begins in audit file `number`, at the line that begins `offset` bytes in, and ends before file `until`. */
  constructor(folder: string, number: number, offset = 0, until = Number.POSITIVE_INFINITY) {
    this.#folder = folder;
    this.#until = until;
    this.#number = number;
    this.#offset = offset;
  }

  /** The file it reads, and where the last line answered ends in it. */
  get number(): number {
    return this.#number;
  }

  get file(): string {
    return fileName('audit', this.#number);
  }

  get bytes(): number {
    return this.#reader?.bytes ?? this.#offset;
  }

  /** Number of the last line answered, in its file, counted from where reading began. */
  get line(): number {
    return this.#line;
  }

  /** The file before this one, when it was read to its end. */
  get before(): Ended {
    return this.#before;
  }

  /** What stands behind the last line feed of the file. */
  get rest(): Buffer {
    return this.#reader?.rest ?? Buffer.alloc(0);
  }

  /** Whether the file was there when it was last looked for. */
  get exists(): boolean {
    return this.#reader !== undefined;
  }

  /** The next line, or undefined at the end of what is written now; may be asked again. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const line = await this.#inFile();
      if (line !== undefined) return line;
      if (this.#reader === undefined || !(await this.#isComplete())) return undefined;
    }
  }

  async close(): Promise<void> {
    await this.#reader?.close();
  }

  async #inFile(): Promise<Buffer | undefined> {
    this.#reader ??= await LineReader.open(pathOf(this.#folder, 'audit', this.#number), this.#offset);
    const line = await this.#reader?.next();
    if (line !== undefined) this.#line++;
    return line;
  }

  /** Moves on when there is a next file and, looked at after that, nothing more in this one. */
  async #isComplete(): Promise<boolean> {
    if (this.#number + 1 >= this.#until) return false;
    const next = await LineReader.open(pathOf(this.#folder, 'audit', this.#number + 1));
    if (next === undefined) return false;
    const bytes = this.#reader?.bytes ?? 0;
    const grown = await LineReader.open(pathOf(this.#folder, 'audit', this.#number), bytes);
    const more = await grown?.next();
    await grown?.close();
    if (more !== undefined || (grown !== undefined && grown.rest.length > 0)) {
      await next.close();
      return more !== undefined;
    }
    await this.#reader?.close();
    this.#reader = next;
    this.#before = { file: this.file, line: this.#line, bytes };
    this.#number += 1;
    this.#line = 0;
    this.#offset = 0;
    return true;
  }
}
