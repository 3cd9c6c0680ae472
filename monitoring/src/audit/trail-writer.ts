import type { KeyObject } from 'node:crypto';
import { AppendFile } from './append-file.ts';
import { sign } from './chain.ts';
import { type Checkpoint, signCheckpoint } from './checkpoint.ts';
import { fileName, pathOf } from './files.ts';

/** Where the chain stands, and with it everything that is needed to go on. */
export interface Standing {
  /** Number of the audit file to write to, and its bytes. */
  readonly file: number;
  readonly bytes: number;
  /** Of the last line. */
  readonly seq: number;
  readonly sig: string;
  /** Number of the checkpoint file, its bytes and the last signature in it; no bytes: it is still to be begun. */
  readonly checkpoints: { readonly file: number; readonly bytes: number; readonly sig: string };
  /** Whether a checkpoint is due before the next line. */
  readonly due: boolean;
}

export interface TrailWriterOptions {
  readonly folder: string;
  readonly key: KeyObject;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly maxFileBytes: number;
  readonly checkpointEvery: number;
  readonly standing: Standing;
  /** A file is full; its number. */
  readonly rotated: (file: number) => Promise<void>;
}

/** One append is never longer, whatever waits. */
const LONGEST_APPEND = 1_048_576;

/**
 * Signs lines and appends them, rotates files, and seals with checkpoints. Nothing moves on before it is written: after a
 * failure the chain stands where it stood, and the same lines may be tried again. Not to be called concurrently.
 */
export class TrailWriter {
  readonly #options: TrailWriterOptions;
  #log: AppendFile;
  #file: number;
  #seq: number;
  #sig: string;
  readonly #checkpoints: AppendFile;
  #checkpointSig: string;
  #unsealed = 0;
  #due: boolean;

  constructor(options: TrailWriterOptions) {
    const { folder, standing } = options;
    this.#options = options;
    this.#log = new AppendFile(pathOf(folder, 'audit', standing.file), standing.bytes);
    this.#file = standing.file;
    this.#seq = standing.seq;
    this.#sig = standing.sig;
    const { file, bytes, sig } = standing.checkpoints;
    this.#checkpoints = new AppendFile(pathOf(folder, 'checkpoints', file), bytes);
    this.#checkpointSig = sig;
    this.#due = standing.due;
  }

  /** Whether lines wait for a checkpoint. */
  get unsealed(): boolean {
    return this.#due || this.#unsealed > 0;
  }

  /**
   * Writes some of the bodies, in one append, and answers how many. A chunk ends where a file is full or a checkpoint is
   * due: a reader may count on it.
   */
  async write(bodies: readonly string[]): Promise<number> {
    if (this.#due || this.#unsealed >= this.#options.checkpointEvery) await this.seal();
    const room = this.#options.checkpointEvery - this.#unsealed;
    let text = '';
    let bytes = this.#log.bytes;
    let sig = this.#sig;
    let count = 0;
    for (const body of bodies.slice(0, room)) {
      const link = sign('audit', this.#options.key, sig, `{"seq":${this.#seq + count + 1},${body}`);
      bytes += Buffer.byteLength(link.line) + 1;
      // A file takes one line, however long.
      if ((bytes > this.#options.maxFileBytes && text.length + this.#log.bytes > 0) || text.length > LONGEST_APPEND)
        break;
      text += `${link.line}\n`;
      sig = link.sig;
      count++;
    }
    if (count === 0) {
      await this.#rotate();
      return 0;
    }
    await this.#log.append(text);
    this.#seq += count;
    this.#sig = sig;
    this.#unsealed += count;
    if (this.#unsealed >= this.#options.checkpointEvery) await this.seal();
    return count;
  }

  /** Writes a checkpoint. The lines it speaks of are on the disk first: a power cut must not look like a cut file. */
  async seal(): Promise<Checkpoint> {
    const { key, now, checkpointEvery } = this.#options;
    await this.#log.sync();
    const facts = {
      seq: this.#seq,
      file: fileName('audit', this.#file),
      bytes: this.#log.bytes,
      last: this.#sig,
      every: checkpointEvery,
      at: new Date(now()).toISOString(),
    };
    const { line, sig } = signCheckpoint(key, this.#checkpointSig, facts);
    await this.#checkpoints.append(`${line}\n`);
    this.#checkpointSig = sig;
    this.#unsealed = 0;
    this.#due = false;
    return facts;
  }

  async close(): Promise<void> {
    await this.#checkpoints.sync();
    await Promise.all([this.#log.close(), this.#checkpoints.close()]);
  }

  async #rotate(): Promise<void> {
    if (this.#unsealed > 0) await this.seal();
    await this.#log.close();
    const full = this.#file;
    this.#file += 1;
    this.#log = new AppendFile(pathOf(this.#options.folder, 'audit', this.#file));
    await this.#options.rotated(full);
  }
}
