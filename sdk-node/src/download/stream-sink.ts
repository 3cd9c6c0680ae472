import type { Writable } from 'node:stream';
import type { Sink } from './sink.ts';

/** A stream of the caller's, which stays open: whoever made it ends it. */
export class StreamSink implements Sink {
  readonly #stream: Writable;
  #started = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  write(chunk: Uint8Array): Promise<void> {
    this.#started = true;
    return new Promise((resolve, reject) => {
      this.#stream.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  }

  async restart(): Promise<void> {
    if (this.#started) throw new Error('What was written to a stream cannot be taken back; download to a path instead');
  }

  async finish(): Promise<void> {}

  async abandon(): Promise<void> {}
}
