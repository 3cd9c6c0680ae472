import type { Duplex } from 'node:stream';
import { CLOSE_CODES } from '@callsheet/protocol';
import type { WebSocket } from 'ws';

/** From here on nothing more is read from the peer until it has read what it asked for. */
const PAUSE_BYTES = 1_048_576;
/** From here on the peer is given up: it asks and does not read. */
const GIVE_UP_BYTES = 4_194_304;

/** Bounds what one peer that does not read can make the gateway hold. */
export class SlowReader {
  readonly #socket: WebSocket;
  #paused = false;

  constructor(socket: WebSocket, stream: Duplex) {
    this.#socket = socket;
    stream.on('drain', () => this.#resume());
  }

  /** Called after every write. */
  check(): void {
    const held = this.#socket.bufferedAmount;
    if (held <= PAUSE_BYTES) return;
    if (held > GIVE_UP_BYTES) {
      this.#socket.close(CLOSE_CODES.TRY_LATER.code, 'slow consumer');
      this.#socket.terminate();
    } else if (!this.#paused) {
      this.#paused = true;
      this.#socket.pause();
    }
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume();
  }
}
