import { CLOSE_CODES } from '@callsheet/protocol';
import type { WebSocket } from 'ws';
import { connectionEvent } from '../channels.ts';
import type { Clock } from '../clock.ts';
import type { Traffic } from '../session/traffic.ts';

/** Whether anything was heard from a peer since the last sweep. Set by the door at every message. */
export interface Pulse {
  heard: boolean;
  /** The peer answered a ping. */
  ponged(): void;
}

class Watch implements Pulse {
  heard = true;
  silentSweeps = 0;
  /** When it was asked, by the clock; 0 while it is not. */
  askedAt = 0;
  readonly #clock: Pick<Clock, 'monotonic'>;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  ponged(): void {
    this.heard = true;
    if (this.askedAt === 0) return;
    const rttMs = this.#clock.monotonic() - this.askedAt;
    this.askedAt = 0;
    if (connectionEvent.hasSubscribers) connectionEvent.publish({ type: 'pong', rttMs });
  }
}

export interface HeartbeatParts {
  /** Silence before a peer is asked. */
  readonly intervalMs: number;
  /** How long it has to answer. */
  readonly timeoutMs: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly traffic: Traffic;
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
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #traffic: Traffic;
  readonly #pingAfter = SWEEPS;
  readonly #deadAfter: number;

  constructor({ intervalMs, timeoutMs, clock, traffic }: HeartbeatParts) {
    this.#clock = clock;
    this.#traffic = traffic;
    const sweepMs = Math.max(1, Math.floor(intervalMs / SWEEPS));
    this.#deadAfter = SWEEPS + Math.max(1, Math.ceil(timeoutMs / sweepMs));
    this.#timer = setInterval(() => this.sweep(), sweepMs);
    this.#timer.unref();
  }

  watch(socket: WebSocket): Pulse {
    const watch = new Watch(this.#clock);
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
      if (watch.silentSweeps === this.#pingAfter) {
        watch.askedAt = this.#clock.monotonic();
        this.#traffic.sent.ping += 1;
        socket.ping();
      }
      if (watch.silentSweeps === this.#deadAfter) {
        socket.close(CLOSE_CODES.TIMEOUT.code, 'the peer stopped answering');
        socket.terminate();
      }
    }
  }
}
