import { appendFileSync } from 'node:fs';
import type { ToolLog } from '@callsheet/protocol';
import { Rotation } from './rotation.ts';

export interface RotatingFileOptions {
  /** Made when missing. One process at a time writes to it. */
  readonly folder: string;
  /** `events` makes `events.jsonl`, then `events.1.jsonl` of what was in it, `events.2.jsonl` of what is older. */
  readonly name: string;
  /** Calls back once after `ms` milliseconds; the answer takes the appointment back. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** Where it is told that the disk refuses, and that it does no longer. */
  readonly log: ToolLog;
  /** The line that stands where `count` lines are missing, its line feed included. */
  readonly lost: (count: number) => string;
  /** A file is full before it is longer, unless by its only line; 20,000,000 when not said. */
  readonly maxFileBytes?: number;
  /** Files there are at most, the one being written included; 3 when not said. */
  readonly filesKept?: number;
  /** Characters that are worth a write; 16,384 when not said. */
  readonly flushAt?: number;
  /** How long a line waits for others at most, in milliseconds; 200 when not said. */
  readonly flushAfterMs?: number;
  /**
   * Characters that may wait for a disk that is slow or full, and as many may be on their way; lines beyond are counted
   * and not kept. 4,194,304 when not said.
   */
  readonly maxWaiting?: number;
}

const RETRY_MS = 1_000;
/** A disk that hangs does not hold up the end of the process for longer. */
const LAST_WRITE_MS = 5_000;
/** UTF-8 takes up to three bytes for a character, and the line that makes it worth a write may be long. */
const SCRATCH_SHARE = 4;
const LINE_FEED = 10;
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Lines of JSON in files that rotate between lines: every line of every file is whole, whatever happens to the process. Never
 * throws and never waits for the disk: while that refuses, a bounded number of lines is kept and tried again every second, and
 * those beyond are counted. Has the shape of a destination of pino.
 */
export class RotatingFile {
  readonly #options: RotatingFileOptions;
  readonly #flushAt: number;
  readonly #maxWaiting: number;
  readonly #rotation: Rotation;
  readonly #scratch: Buffer;
  /** Whole lines that nobody has begun to write. */
  #waiting = '';
  /** Whole lines on their way to the disk; in the scratch, or in a buffer of their own when there are many. */
  #unwritten: Buffer = NOTHING;
  #dropped = 0;
  /** Of the dropped: those no line tells of yet. */
  #untold = 0;
  #armed: (() => void) | undefined;
  #retry: (() => void) | undefined;
  #wanted = false;
  #failing = false;
  #running: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: RotatingFileOptions) {
    const { folder, name, log, maxFileBytes = 20_000_000, filesKept = 3 } = options;
    this.#options = options;
    this.#flushAt = options.flushAt ?? 16_384;
    this.#maxWaiting = options.maxWaiting ?? 4_194_304;
    this.#scratch = Buffer.allocUnsafeSlow(this.#flushAt * SCRATCH_SHARE);
    this.#rotation = new Rotation({
      ...{ folder, name, maxFileBytes, filesKept },
      repaired: (torn) =>
        log.warn({ ...torn }, `A killed process left half a line in "${torn.file}"; it is in "${torn.to}" now`),
    });
  }

  /** Goes on where the file ends; half a line of a killed process is set aside. Rejects for an option that cannot be used. */
  static async open(options: RotatingFileOptions): Promise<RotatingFile> {
    check(options);
    const file = new RotatingFile(options);
    await file.#rotation.begin().catch((error: unknown) => file.#fail(error));
    return file;
  }

  /** Lines that were not kept since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a line, its line feed included, to be written soon. */
  write(line: string): void {
    const size = this.#waiting.length + line.length;
    if (size > this.#maxWaiting || this.#closing !== undefined) {
      this.#dropped++;
      this.#untold++;
      return;
    }
    this.#waiting += line;
    if (size >= this.#flushAt) {
      if (this.#running === undefined && !this.#failing) void this.#start();
    } else if (this.#armed === undefined && !this.#failing) {
      this.#armed = this.#options.after(this.#options.flushAfterMs ?? 200, () => {
        this.#armed = undefined;
        void this.flush();
      });
    }
  }

  /** Resolves when every line so far was handed to the operating system, or when the disk refuses. Never rejects. */
  async flush(): Promise<void> {
    this.#wanted = true;
    do await this.#start();
    while (this.#wanted && !this.#failing);
  }

  /** Hands what waits to the operating system before it returns: for a process that is about to end. Never throws. */
  flushSync(): void {
    const under = this.#running === undefined ? this.#unwritten : NOTHING;
    try {
      appendFileSync(this.#rotation.path, Buffer.concat([under, Buffer.from(this.#waiting)]));
      this.#waiting = '';
      if (under.length > 0) this.#unwritten = NOTHING;
    } catch {
      // There is nobody left to tell.
    }
  }

  /** Writes what waits, then takes nothing more. Gives up after 5 seconds on a disk that hangs. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { after, log } = this.#options;
    this.#armed?.();
    let giveUp = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      giveUp = after(LAST_WRITE_MS, resolve);
    });
    const written = this.flush().then(() => this.#rotation.close().catch(() => undefined));
    await Promise.race([written, late]);
    giveUp();
    this.#retry?.();
    const left = linesIn(this.#unwritten) + linesIn(Buffer.from(this.#waiting));
    if (left === 0) return;
    this.#dropped += left;
    log.error(
      { file: this.#rotation.path, count: left },
      `Cannot write the last ${left} lines of "${this.#rotation.path}": the disk refuses them`,
    );
  }

  #start(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#take()) {
        const bytes = await this.#rotation.append(this.#unwritten);
        this.#unwritten = this.#unwritten.subarray(bytes);
        if (bytes > 0) this.#recover();
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Little is left waiting for more, unless somebody wants it written. */
  #take(): boolean {
    if (this.#unwritten.length > 0) return true;
    if (!this.#wanted && this.#waiting.length < this.#flushAt) return false;
    this.#wanted = false;
    const text = this.#untold > 0 ? this.#waiting + this.#options.lost(this.#untold) : this.#waiting;
    this.#untold = 0;
    this.#waiting = '';
    const fits = text.length * 3 <= this.#scratch.length;
    this.#unwritten = fits ? this.#scratch.subarray(0, this.#scratch.write(text)) : Buffer.from(text);
    return this.#unwritten.length > 0;
  }

  #fail(error: unknown): void {
    const { log, after } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    const file = this.#rotation.path;
    if (!this.#failing) {
      log.error(
        { file, reason },
        `Cannot write "${file}": ${reason}; make room or mend the folder, it is tried every second`,
      );
    }
    this.#failing = true;
    this.#retry?.();
    if (this.#closing === undefined) this.#retry = after(RETRY_MS, () => void this.flush());
  }

  #recover(): void {
    if (!this.#failing) return;
    this.#failing = false;
    this.#retry?.();
    const file = this.#rotation.path;
    const lost = this.#dropped;
    this.#options.log.info({ file, lost }, `"${file}" is written again; ${lost} lines were lost since the start`);
  }
}

function linesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count++;
  return count;
}

/** @throws RangeError that names the option, its value and what would do. */
function check({ name, maxFileBytes, filesKept, flushAt, flushAfterMs, maxWaiting }: RotatingFileOptions): void {
  for (const [option, value] of Object.entries({ maxFileBytes, filesKept, flushAt, flushAfterMs, maxWaiting })) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) continue;
    throw new RangeError(`Cannot write "${name}.jsonl": ${option} is ${value}; give a whole number, 1 or more`);
  }
}
