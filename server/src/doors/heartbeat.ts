import { CLOSE_CODES } from '@callsheet/protocol';
import type { WebSocket } from 'ws';

/** Whether anything was heard from a peer since the last sweep. Set by the door at every message. */
export interface Pulse {
  heard: boolean;
}

interface Watch extends Pulse {
  silentSweeps: number;
}

/** Sweeps in one heartbeat interval. */
const SWEEPS = 5;

/**
 * Pings peers that were silent for a heartbeat and gives up on those that do not answer. One timer for all
 * connections: ten thousand idle sockets cost one walk per sweep and nothing in between.
 */
export class Heartbeat {
  readonly #watches = new Map<WebSocket, Watch>();
  readonly #timer: NodeJS.Timeout;
  readonly #pingAfter = SWEEPS;
  readonly #deadAfter: number;

  constructor(intervalMs: number, timeoutMs: number) {
    const sweepMs = Math.max(1, Math.floor(intervalMs / SWEEPS));
    this.#deadAfter = SWEEPS + Math.max(1, Math.ceil(timeoutMs / sweepMs));
    this.#timer = setInterval(() => this.sweep(), sweepMs);
    this.#timer.unref();
  }

  watch(socket: WebSocket): Pulse {
    const watch: Watch = { heard: true, silentSweeps: 0 };
    this.#watches.set(socket, watch);
    return watch;
  }

  forget(socket: WebSocket): void {
    this.#watches.delete(socket);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** One walk over all connections. */
  sweep(): void {
    for (const [socket, watch] of this.#watches) {
      watch.silentSweeps = watch.heard ? 0 : watch.silentSweeps + 1;
      watch.heard = false;
      if (watch.silentSweeps === this.#pingAfter) socket.ping();
      if (watch.silentSweeps === this.#deadAfter) {
        socket.close(CLOSE_CODES.TIMEOUT.code, 'the peer stopped answering');
        socket.terminate();
      }
    }
  }
}
