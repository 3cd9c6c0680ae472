import { createHash } from 'node:crypto';
import type { Clock, Timer } from '@callsheet/sdk-core/platform';
import type { UploadSource } from './upload-source.ts';

export interface OutgoingParts {
  readonly clock: Clock;
  /** How many there must be; undefined while nobody knows. */
  readonly totalBytes: number | undefined;
  readonly progress: (sentBytes: number) => void;
  /** The connection takes nothing any more. */
  readonly stalled: () => void;
}

/** No piece taken, or no answer after the last one, for this long means that the connection is dead. Milliseconds. */
const STALL_MS = 60_000;

/** The body of one attempt: hands the source on piece by piece, and knows what became of it. */
export class OutgoingBody {
  readonly #source: UploadSource;
  readonly #parts: OutgoingParts;
  readonly #hash = createHash('sha256');
  #timer: Timer | undefined;
  #isOver = false;
  #sent = 0;
  #sha256: string | undefined;
  #fault: { readonly error: unknown } | undefined;

  constructor(source: UploadSource, parts: OutgoingParts) {
    this.#source = source;
    this.#parts = parts;
    this.#wait();
  }

  /** Why the source could not be read to its end. */
  get fault(): { readonly error: unknown } | undefined {
    return this.#fault;
  }

  /** Whether anything of it was read. */
  get isTouched(): boolean {
    return this.#sent > 0 || this.#fault !== undefined || this.#sha256 !== undefined;
  }

  /** What was sent, when that was all. */
  get sha256(): string | undefined {
    return this.#sha256;
  }

  /** Nobody waits for this connection any more. */
  stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  async *read(): AsyncGenerator<Uint8Array> {
    // What happens until the next piece is there is the source's time, not the connection's.
    this.#timer?.cancel();
    try {
      for await (const piece of this.#source.read()) {
        if (this.#isOver) return;
        this.#take(piece);
        this.#wait();
        yield piece;
        this.#timer?.cancel();
      }
      this.#check(this.#sent === (this.#parts.totalBytes ?? this.#sent));
      this.#sha256 = this.#hash.digest('hex');
    } catch (error) {
      this.#fault = { error };
      throw error;
    }
    this.#wait();
  }

  #take(piece: Uint8Array): void {
    this.#sent += piece.byteLength;
    this.#check(this.#sent <= (this.#parts.totalBytes ?? Infinity));
    this.#hash.update(piece);
    this.#parts.progress(this.#sent);
  }

  #check(holds: boolean): void {
    if (!holds) throw new Error(`it is not the ${this.#parts.totalBytes} bytes long it was said to be`);
  }

  #wait(): void {
    this.#timer?.cancel();
    if (this.#isOver) return;
    this.#timer = this.#parts.clock.after(STALL_MS, this.#parts.stalled);
  }
}
