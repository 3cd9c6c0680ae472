import type { Duplex } from 'node:stream';
import { CLOSE_CODES } from '@callsheet/protocol';
import type { RawData, WebSocket } from 'ws';
import type { Identity } from '../auth/identity.ts';
import type { Clock } from '../clock.ts';
import type { Seat } from '../limits/connection-caps.ts';
import type { Conversation } from '../session/conversation.ts';
import type { Traffic } from '../session/traffic.ts';
import type { Wire } from '../session/wire.ts';
import type { Pulse } from './heartbeat.ts';
import { SlowReader, type SlowReaderLimits } from './slow-reader.ts';

export interface LineParts {
  readonly socket: WebSocket;
  readonly stream: Duplex;
  readonly seat: Seat;
  readonly pulse: Pulse;
  readonly clock: Clock;
  readonly slowReader: SlowReaderLimits;
  readonly traffic: Traffic;
}

/** How much more than the longest opening a stranger may send: a little too much is still answered. */
const GENEROSITY = 4;

/** One WebSocket, seen from both sides: to the session it is a wire, to the socket whoever takes its frames. */
export class Line implements Wire {
  readonly transport = 'websocket';
  readonly #parts: LineParts;
  readonly #slow: SlowReader;
  #conversation: Conversation | undefined;
  #stopWaiting: (() => void) | undefined;

  constructor(parts: LineParts) {
    const { socket, stream, slowReader, clock } = parts;
    this.#parts = parts;
    this.#slow = new SlowReader(socket, stream, slowReader, clock);
    socket.on('message', (data, isBinary) => this.#message(data, isBinary));
    socket.on('pong', () => parts.pulse.ponged());
    socket.on('ping', () => {
      parts.pulse.heard = true;
      parts.traffic.received.ping += 1;
    });
    // Without a listener one broken frame would end the process; ws has sent the right close code already.
    socket.on('error', () => {});
  }

  get conversation(): Conversation | undefined {
    return this.#conversation;
  }

  /** Bytes the peer has not read yet. */
  get held(): number {
    return this.#slow.held;
  }

  /**
   * Ends a connection that does not say in time who it is, and one that sends more meanwhile than an opening can need: a
   * frame is only judged when it is whole, and strangers must not make the gateway hold large ones.
   */
  expectOpening(timeoutMs: number, maxBytes: number): void {
    const { socket, stream, clock } = this.#parts;
    let bytes = 0;
    const weigh = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= GENEROSITY * maxBytes) return;
      socket.close(CLOSE_CODES.TOO_LARGE.code, 'too much before session/open');
      socket.terminate();
    };
    const cancel = clock.after(timeoutMs, () => {
      this.#conversation?.close(CLOSE_CODES.TIMEOUT.code, 'no session/open in time');
    });
    stream.on('data', weigh);
    this.#stopWaiting = () => {
      cancel();
      stream.off('data', weigh);
    };
  }

  carry(conversation: Conversation | undefined): void {
    this.#conversation = conversation;
  }

  identified(identity: Identity): void {
    this.#parts.seat.opened(identity.principal.id);
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
  }

  send(text: string): void {
    if (this.#slow.gaveUp) return;
    this.#parts.socket.send(text);
    const bytes = Buffer.byteLength(text);
    this.#parts.traffic.frames.out.add(bytes);
    this.#slow.check(bytes);
  }

  cork(): void {
    this.#parts.stream.cork();
  }

  uncork(): void {
    this.#parts.stream.uncork();
  }

  close(code: number, reason: string): void {
    this.#parts.socket.close(code, inFrame(reason));
  }

  /** The socket is gone. */
  ended(code: number): void {
    this.#stopWaiting?.();
    this.#slow.end();
    this.#parts.seat.leave();
    this.#conversation?.ended(code);
    this.#conversation = undefined;
  }

  #message(data: RawData, isBinary: boolean): void {
    this.#parts.pulse.heard = true;
    // Several frames can have come in one piece, and the first of them can have been one too many.
    if (this.#slow.gaveUp) return;
    const bytes = sizeOf(data);
    this.#parts.traffic.frames.in.add(bytes);
    if (isBinary) this.#conversation?.close(CLOSE_CODES.POLICY.code, 'send text frames');
    else this.#conversation?.receive(textOf(data), bytes);
  }
}

/** RFC 6455 §5.5.1: a close frame has room for 123 bytes of reason. */
function inFrame(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > 123) text = text.slice(0, -1);
  return text;
}

/** With the default binaryType ws hands every message over as one Buffer; text was checked to be UTF-8. */
function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data as ArrayBuffer).toString('utf8');
}

function sizeOf(data: RawData): number {
  return Buffer.isBuffer(data) ? data.length : (data as ArrayBuffer).byteLength;
}
