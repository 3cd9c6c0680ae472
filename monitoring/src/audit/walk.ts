import type { KeyObject } from 'node:crypto';
import { check, mayBeTorn } from './chain.ts';
import type { CheckpointAt, CheckpointReader, Failure } from './checkpoint.ts';
import { auditNumber, fileName } from './files.ts';
import { type Ended, TrailReader } from './trail-reader.ts';

export interface WalkOptions {
  readonly folder: string;
  readonly key: KeyObject;
  /** Where to begin: everything up to here is taken as checked. */
  readonly from: CheckpointAt;
  /** The audit file to begin in, and how many of its bytes to pass over. */
  readonly file: number;
  readonly offset: number;
  /** Number of the file another segment begins with. */
  readonly until?: number;
  /** Those after `from`. */
  readonly checkpoints: CheckpointReader;
  /** Numbers of audit files known to belong to this segment. */
  readonly files: readonly number[];
  /** A checkpoint after `from` that was read already. */
  readonly ahead?: CheckpointAt;
  /** Sees every good line, and may still say what is wrong with it. */
  readonly seen?: (members: Record<string, unknown>, at: Place) => string | undefined;
}

/** Number of the audit file, and of the line in it. */
export interface Place {
  readonly file: number;
  readonly line: number;
}

interface Mark extends Ended {
  readonly sig: string;
}

/** Reads one segment of a trail line by line, and holds it against its checkpoints, also while both grow. */
export class Walk {
  readonly #options: WalkOptions;
  readonly #log: TrailReader;
  /** The last checkpoint compared. */
  #sealed: CheckpointAt;
  /** A checkpoint that speaks of a line not read yet. */
  #ahead: CheckpointAt | undefined;
  /** Lines since the last checkpoint compared: one that is written later may speak of any of them. */
  readonly #marks = new Map<number, Mark>();
  #seq: number;
  #sig: string;
  #lines = 0;

  constructor(options: WalkOptions) {
    const { folder, from, file, offset, ahead, until } = options;
    this.#ahead = ahead;
    this.#options = options;
    this.#log = new TrailReader(folder, file, offset, until);
    this.#sealed = from;
    this.#seq = from.seq;
    this.#sig = from.last;
  }

  /** Where it stands: after `run`, at the end, or before the first line that is not good. */
  get at() {
    const { number: file, bytes, rest, exists } = this.#log;
    return { file, bytes, rest, exists, seq: this.#seq, sig: this.#sig, lines: this.#lines, sealed: this.#sealed };
  }

  /** Walks to the end of what is written. Answers what is wrong first, or undefined. */
  async run(): Promise<Failure | undefined> {
    let ended = -1;
    for (;;) {
      const line = await this.#log.next();
      const failure = line === undefined ? await this.#pull() : await this.#take(line);
      if (failure !== undefined) return failure;
      if (line !== undefined) continue;
      if (this.#ahead === undefined) return this.#ending();
      // Lines are on the disk before their checkpoint: a second look, taken after it was read, must find them.
      if (ended === this.#seq) return this.#cutShort(this.#ahead);
      ended = this.#seq;
    }
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  async #take(line: Buffer): Promise<Failure | undefined> {
    const { key, seen } = this.#options;
    const failure = this.#log.line === 1 ? await this.#border() : undefined;
    if (failure !== undefined) return failure;
    const checked = check('audit', key, line);
    if (!checked.good) return this.#wrong(checked.reason);
    const { seq } = checked.members;
    if (seq !== this.#seq + 1) return this.#wrong(`is line ${seq} of the trail where ${this.#seq + 1} should be`);
    if (checked.prev !== this.#sig) return this.#wrong('does not follow the line before it');
    this.#seq += 1;
    this.#sig = checked.sig;
    this.#lines += 1;
    const { file, line: number, bytes } = this.#log;
    this.#marks.set(this.#seq, { file, line: number, bytes, sig: this.#sig });
    const fault = seen?.(checked.members, { file: this.#log.number, line: this.#log.line });
    if (fault !== undefined) return this.#wrong(fault, this.#log.line, this.#seq);
    const differs = this.#ahead?.seq === this.#seq ? this.#compare(this.#ahead) : undefined;
    if (differs !== undefined || this.#seq - this.#sealed.seq <= this.#sealed.every) return differs;
    return (await this.#pull()) ?? this.#unsealed();
  }

  /** Reads and compares checkpoints until one is ahead, or there are no more. */
  async #pull(): Promise<Failure | undefined> {
    while (this.#ahead === undefined) {
      const next = await this.#options.checkpoints.next();
      if (next === undefined) return undefined;
      if ('reason' in next) return next;
      if (next.seq > this.#seq) this.#ahead = next;
      else {
        const failure = this.#compare(next);
        if (failure !== undefined) return failure;
      }
    }
    return undefined;
  }

  #compare(checkpoint: CheckpointAt): Failure | undefined {
    this.#ahead = undefined;
    const { seq, file, bytes, last } = checkpoint;
    // A checkpoint may be repeated, when the gateway starts again.
    const mark = seq === this.#sealed.seq ? { ...this.#sealed, sig: this.#sealed.last } : this.#marks.get(seq);
    if (mark === undefined || mark.file !== file || mark.bytes !== bytes || mark.sig !== last) {
      const reason = `does not end where checkpoint ${checkpoint.line} says: at byte ${bytes} of ${file}`;
      return { file: mark?.file ?? this.#log.file, line: mark?.line ?? this.#log.line, seq, reason };
    }
    this.#sealed = checkpoint;
    for (const passed of this.#marks.keys()) if (passed <= seq) this.#marks.delete(passed);
    return undefined;
  }

  /** A file is left only behind a checkpoint of its last line. */
  async #border(): Promise<Failure | undefined> {
    const { before } = this.#log;
    if (before.file === '') return undefined;
    const failure = await this.#pull();
    if (failure !== undefined) return failure;
    const ahead = this.#ahead;
    if (ahead?.file === before.file) return this.#ends(before, ahead);
    if (this.#sealed.seq === this.#seq) return undefined;
    return this.#options.checkpoints.failure(`a checkpoint is missing: ${before.file} ends with line ${this.#seq}`);
  }

  #unsealed(): Failure | undefined {
    const { seq, every } = this.#sealed;
    if (this.#ahead !== undefined || this.#seq - seq <= every) return undefined;
    return this.#options.checkpoints.failure(
      `a checkpoint is missing: one comes at most ${every} lines after line ${seq}`,
    );
  }

  #cutShort(checkpoint: CheckpointAt): Failure {
    const { seq, file, line } = checkpoint;
    if (this.#log.rest.length > 0) return this.#half();
    const number = auditNumber(file) ?? this.#log.number;
    if (number > this.#log.number || !this.#log.exists) {
      const missing = fileName('audit', this.#log.exists ? this.#log.number + 1 : this.#log.number);
      return { file: missing, line: 1, seq: this.#seq + 1, reason: `is missing: checkpoint ${line} seals line ${seq}` };
    }
    return this.#ends(this.#log, checkpoint);
  }

  #ends({ file, line, bytes }: Ended, sealed: CheckpointAt): Failure {
    const reason = `ends at byte ${bytes}, but checkpoint ${sealed.line} says that line ${sealed.seq} ended at byte ${sealed.bytes}`;
    return { file, line: line + 1, seq: this.#seq + 1, reason };
  }

  /** Everything sealed is there; what is left is what a crash may leave. */
  #ending(): Failure | undefined {
    const later = this.#options.files.find((number) => number > this.#log.number);
    const missing = fileName('audit', this.#log.exists ? this.#log.number + 1 : this.#log.number);
    if (later !== undefined && (!this.#log.exists || later > this.#log.number + 1)) {
      return { file: missing, line: 1, seq: this.#seq + 1, reason: `is missing: there is ${fileName('audit', later)}` };
    }
    if (this.#log.rest.length > 0 && (later !== undefined || !mayBeTorn(this.#log.rest))) return this.#half();
    if (mayBeTorn(this.#options.checkpoints.rest)) return undefined;
    return this.#options.checkpoints.failure('is not a whole line of this file');
  }

  /** What stands behind the last line feed is no line. */
  #half(): Failure {
    return this.#wrong('is not a whole line of this file', this.#log.line + 1);
  }

  #wrong(reason: string, line = this.#log.line, seq = this.#seq + 1): Failure {
    return { file: this.#log.file, line, seq, reason };
  }
}
