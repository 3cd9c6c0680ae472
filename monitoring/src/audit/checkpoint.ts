import type { KeyObject } from 'node:crypto';
import { check, sign } from './chain.ts';
import { fileName, pathOf } from './files.ts';
import { LineReader } from './line-reader.ts';

/** How far a chain of audit lines had come, signed in a file and a chain of its own: what is cut off later is missed. */
export interface Checkpoint {
  /** The last line sealed. The first checkpoint of a file seals nothing: it says where the lines will begin. */
  readonly seq: number;
  /** The audit file that line stands in, and how long the file was with it. */
  readonly file: string;
  readonly bytes: number;
  /** `sig` of that line. */
  readonly last: string;
  /** At most so many lines come before the next checkpoint. */
  readonly every: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** `line` is its number in the checkpoint file. */
export type CheckpointAt = Checkpoint & { readonly line: number; readonly sig: string };

/** Where something is wrong, and one sentence that says what. */
export interface Failure {
  readonly file: string;
  /** 1 for the first. */
  readonly line: number;
  readonly seq?: number;
  readonly reason: string;
}

export function signCheckpoint(key: KeyObject, prev: string, facts: Checkpoint): { line: string; sig: string } {
  const { seq, file, bytes, last, every, at } = facts;
  return sign('checkpoints', key, prev, JSON.stringify({ seq, file, bytes, last, every, at }).slice(0, -1));
}

/** Reads one checkpoint by itself; whether it follows the one before is for the caller to compare. */
export function readCheckpoint(key: KeyObject, text: Buffer, line: number): (CheckpointAt & { prev: string }) | string {
  const checked = check('checkpoints', key, text);
  if (!checked.good) return checked.reason;
  // The signature is good, so we wrote it, with these members.
  const facts = checked.members as unknown as Checkpoint;
  return { ...facts, prev: checked.prev, sig: checked.sig, line };
}

/** The checkpoints of one file, one after another, each compared with the one before. */
export class CheckpointReader {
  readonly #reader: LineReader;
  readonly #key: KeyObject;
  readonly #number: number;
  #line = 0;
  #prev = '';

  private constructor(reader: LineReader, key: KeyObject, number: number) {
    this.#reader = reader;
    this.#key = key;
    this.#number = number;
  }

  /** Undefined when there is no such file. `after` begins behind a checkpoint that is known, `bytes` into the file. */
  static async open(
    folder: string,
    key: KeyObject,
    number: number,
    after?: CheckpointAt & { readonly bytesRead: number },
  ): Promise<CheckpointReader | undefined> {
    const lines = await LineReader.open(pathOf(folder, 'checkpoints', number), after?.bytesRead);
    const reader = lines && new CheckpointReader(lines, key, number);
    if (reader !== undefined && after !== undefined) {
      reader.#prev = after.sig;
      reader.#line = after.line;
    }
    return reader;
  }

  /** Checkpoints read so far. */
  get count(): number {
    return this.#line;
  }

  /** What stands behind the last whole line. */
  get rest(): Buffer {
    return this.#reader.rest;
  }

  /** Undefined at the end of what is written now; may be asked again. */
  async next(): Promise<CheckpointAt | Failure | undefined> {
    const text = await this.#reader.next();
    if (text === undefined) return undefined;
    const checkpoint = readCheckpoint(this.#key, text, this.#line + 1);
    if (typeof checkpoint === 'string') return this.failure(checkpoint);
    if (checkpoint.prev !== this.#prev) return this.failure('does not follow the line before it');
    this.#prev = checkpoint.sig;
    this.#line = checkpoint.line;
    return checkpoint;
  }

  /** Something wrong with the line after the last good one. */
  failure(reason: string): Failure {
    return { file: fileName('checkpoints', this.#number), line: this.#line + 1, reason };
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
