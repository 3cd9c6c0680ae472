import type { Writable } from 'node:stream';
import type { Sink } from './sink.ts';

/** A stream of the caller's, which stays open: whoever made it ends it. */
export class StreamSink implements Sink {
  readonly #stream: Writable;
  readonly #signal: AbortSignal;
  #started = false;

  constructor(stream: Writable, signal: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
  }

  /** Waits for the stream as long as it takes, unless the signal aborts or the stream is closed. */
  async write(chunk: Uint8Array): Promise<void> {
    const stream = this.#stream;
    const signal = this.#signal;
    this.#started = true;
    let leave = (): void => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const aborted = (): void => reject(signal.reason);
        // One that is destroyed while it has its hands full may never say what became of a chunk.
        const closed = (): void => reject(new Error('the stream was closed before it took everything'));
        leave = () => {
          signal.removeEventListener('abort', aborted);
          stream.off('close', closed);
        };
        signal.addEventListener('abort', aborted);
        stream.on('close', closed);
        stream.write(chunk, (error) => (error ? reject(error) : resolve()));
        if (signal.aborted) aborted();
      });
    } finally {
      leave();
    }
  }

  async restart(): Promise<void> {
    if (this.#started) throw new Error('What was written to a stream cannot be taken back; download to a path instead');
  }

  async finish(): Promise<void> {}

  async abandon(): Promise<void> {}
}
