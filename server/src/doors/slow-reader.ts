import type { Duplex } from 'node:stream';
import { CLOSE_CODES } from '@callsheet/protocol';
import type { WebSocket } from 'ws';
import { connectionEvent } from '../channels.ts';
import type { Clock } from '../clock.ts';

export interface SlowReaderLimits {
  /** From so many unread bytes on nothing more is read from the peer until it has read what it asked for. */
  readonly pauseReadingBytes: number;
  /** From so many on the peer is given up: it asks and does not read. */
  readonly giveUpBytes: number;
  /** A paused peer that reads nothing for so long is given up as well. */
  readonly giveUpMs: number;
}

/** Bounds what one peer that does not read can make the gateway hold, and for how long. */
export class SlowReader {
  readonly #socket: WebSocket;
  readonly #limits: SlowReaderLimits;
  readonly #clock: Pick<Clock, 'after'>;
  /** Bytes written so far, as far as they matter for progress. */
  #written = 0;
  #stopWatching: (() => void) | undefined;
  #gaveUp = false;

  constructor(socket: WebSocket, stream: Duplex, limits: SlowReaderLimits, clock: Pick<Clock, 'after'>) {
    this.#socket = socket;
    this.#limits = limits;
    this.#clock = clock;
    stream.on('drain', () => this.#resume());
  }

  /** True once the connection was ended. What was already received of it is not worth an answer. */
  get gaveUp(): boolean {
    return this.#gaveUp;
  }

  /** Bytes the peer has not read yet. */
  get held(): number {
    return this.#socket.bufferedAmount;
  }

  /** Called after every write. */
  check(bytes: number): void {
    if (this.#gaveUp) return;
    this.#written += bytes;
    const { held } = this;
    if (held <= this.#limits.pauseReadingBytes) return;
    if (held > this.#limits.giveUpBytes) this.#giveUp();
    else if (this.#stopWatching === undefined) {
      this.#socket.pause();
      this.#watch(this.#written - held);
    }
  }

  /** Takes the watch back. */
  end(): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }

  #watch(readSoFar: number): void {
    this.#stopWatching = this.#clock.after(this.#limits.giveUpMs, () => {
      const read = this.#written - this.held;
      if (read > readSoFar) this.#watch(read);
      else this.#giveUp();
    });
  }

  #giveUp(): void {
    this.#gaveUp = true;
    if (connectionEvent.hasSubscribers) connectionEvent.publish({ type: 'slow_consumer' });
    this.end();
    this.#socket.close(CLOSE_CODES.TRY_LATER.code, 'slow consumer');
    this.#socket.terminate();
  }

  #resume(): void {
    if (this.#stopWatching === undefined) return;
    this.end();
    this.#socket.resume();
  }
}
