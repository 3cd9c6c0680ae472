import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { CallError } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';

export interface UploadBounds {
  readonly maxBytes: number;
  /** A sender has to send `leastBytes` in each such time. */
  readonly patienceMs: number;
  readonly leastBytes: number;
  readonly clock: Pick<Clock, 'after'>;
  /** What the sender says all of it has, lower-case hex. */
  readonly sha256: string | undefined;
}

/**
 * The bytes of a request as a source that can be stored: bounded in size, ended when they come too slowly, and by whoever has
 * a reason. The stream is only paused, never destroyed: that would end the connection before the refusal is out.
 */
export class Upload implements AsyncIterable<Uint8Array> {
  readonly #body: Readable;
  readonly #bounds: UploadBounds;
  readonly #chunks: Uint8Array[] = [];
  readonly #hash: Hash | undefined;
  #bytes = 0;
  #inTime = 0;
  #fault: CallError | undefined;
  #whole = false;
  /** Somebody waits for the next chunk: time that goes by is the sender's. */
  #wake: (() => void) | undefined;
  #stopWatch: () => void = () => {};

  constructor(body: Readable, bounds: UploadBounds) {
    this.#body = body;
    this.#bounds = bounds;
    this.#hash = bounds.sha256 === undefined ? undefined : createHash('sha256');
    body.on('data', this.#take);
    body.once('end', this.#ended);
    body.once('error', this.#broken);
    body.once('close', this.#broken);
    body.pause();
    this.#watch();
  }

  /** Nobody wants it any more; what reads it gets this error. */
  readonly fail = (error: CallError): void => {
    if (this.#whole) return;
    this.#fault ??= error;
    this.#wakeUp();
  };

  /** Lets go of the stream; what still comes is read and thrown away, so that the answer can be heard. */
  release(): void {
    this.#stopWatch();
    this.#body.off('data', this.#take);
    this.#body.off('end', this.#ended);
    this.#body.off('close', this.#broken);
    this.#body.resume();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#fault !== undefined) throw this.#fault;
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#whole) return this.#check();
      else await this.#more();
    }
  }

  #check(): void {
    if (this.#hash === undefined || this.#hash.digest('hex') === this.#bounds.sha256) return;
    const sentence =
      'Cannot store the file: its SHA-256 is not the one announced; it was changed on the way, send it again';
    throw new CallError('CONTENT_REFUSED', sentence);
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#body.resume();
    });
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  readonly #take = (chunk: Uint8Array): void => {
    this.#body.pause();
    this.#bytes += chunk.byteLength;
    this.#inTime += chunk.byteLength;
    const { maxBytes } = this.#bounds;
    if (this.#bytes > maxBytes) this.fail(tooLarge(maxBytes));
    else this.#chunks.push(chunk);
    this.#hash?.update(chunk);
    this.#wakeUp();
  };

  readonly #ended = (): void => {
    this.#whole = true;
    this.#wakeUp();
  };

  readonly #broken = (): void => {
    this.fail(new CallError('CANCELLED', 'Cannot store the file: the connection closed before all of it had come'));
  };

  #watch(): void {
    const { clock, patienceMs, leastBytes } = this.#bounds;
    this.#stopWatch = clock.after(patienceMs, () => {
      if (this.#wake !== undefined && this.#inTime < leastBytes) {
        const sentence = `Cannot store the file: less than ${leastBytes} bytes of it came in ${patienceMs} ms; send it faster`;
        this.fail(new CallError('DEADLINE_EXCEEDED', sentence));
        return;
      }
      this.#inTime = 0;
      this.#watch();
    });
  }
}

export function tooLarge(maxBytes: number): CallError {
  return new CallError('REQUEST_TOO_LARGE', `Cannot store the file: it is larger than the ${maxBytes} bytes allowed`);
}
