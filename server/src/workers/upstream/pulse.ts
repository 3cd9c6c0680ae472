import type { WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';

export interface PulseParts {
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly random: () => number;
  /** How often a sign of life is wanted; asked before every beat. */
  readonly heartbeatMs: () => number;
  readonly deadAfterMs: number;
  readonly onHeard: () => void;
  readonly onSilent: (silentMs: number) => void;
}

/**
 * Listens whether a peer is there: everything it sends is a sign of life, and a WebSocket ping asks for one at every heartbeat
 * (RFC 6455 section 5.5.2: whoever gets a ping answers it). Also when it has just been heard: to leave one out would make the
 * silence between two of them twice as long, which is when others begin to suspect it.
 */
export class Pulse {
  readonly #socket: Pick<WebSocket, 'ping'>;
  readonly #parts: PulseParts;
  #heardAt: number;
  #cancel: () => void = () => undefined;

  constructor(socket: Pick<WebSocket, 'ping' | 'on'>, parts: PulseParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#heardAt = parts.clock.monotonic();
    socket.on('message', () => this.#heard());
    socket.on('pong', () => this.#heard());
    this.#await();
  }

  stop(): void {
    this.#cancel();
  }

  #heard(): void {
    this.#heardAt = this.#parts.clock.monotonic();
    this.#parts.onHeard();
  }

  /** ± 10 % by dice: a fleet that connected in one moment is not asked in one moment. */
  #await(): void {
    const { clock, random, heartbeatMs } = this.#parts;
    this.#cancel = clock.after(heartbeatMs() * (0.9 + random() * 0.2), () => this.#beat());
  }

  #beat(): void {
    const { clock, deadAfterMs, onSilent } = this.#parts;
    const silentMs = clock.monotonic() - this.#heardAt;
    if (silentMs >= deadAfterMs) {
      onSilent(silentMs);
      return;
    }
    this.#socket.ping();
    this.#await();
  }
}
