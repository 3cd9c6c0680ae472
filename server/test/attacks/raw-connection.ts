import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { OPCODE, type ReceivedFrame, takeFrames } from './frames.ts';
import type { Target } from './target.ts';

/** What an HTTP server answered, as it stood on the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** A TCP connection that sends any bytes at any time, as no well-behaved client would. */
export class RawConnection {
  readonly socket: Socket;
  /** Resolves when the connection is gone, however it ended. */
  readonly gone: Promise<void>;
  #received = Buffer.alloc(0);

  constructor({ port }: Pick<Target, 'port'>) {
    // Half open: what the server ends for itself stays open until the attacker ends it too.
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
    this.socket.on('error', () => {});
    this.gone = new Promise((resolve) => this.socket.on('close', () => resolve()));
  }

  /** Everything received, one character a byte. */
  get received(): string {
    return this.#received.toString('latin1');
  }

  /** @returns false when the connection is gone. */
  write(bytes: Uint8Array | string): boolean {
    if (this.socket.destroyed) return false;
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    return true;
  }

  /** Waits until what was received satisfies the question, or no more can come. */
  async until(enough: (received: string) => boolean): Promise<string> {
    while (!enough(this.received) && !this.socket.readableEnded && !this.socket.destroyed) {
      const done = new AbortController();
      const { signal } = done;
      const events = ['data', 'end', 'close'].map((name) => once(this.socket, name, { signal }).catch(() => {}));
      await Promise.race(events);
      done.abort();
    }
    return this.received;
  }

  /** The head of the answer, and the body as far as it says how long it is. */
  async answer(): Promise<RawAnswer> {
    const text = await this.until((received) => isWhole(received));
    const cut = text.indexOf('\r\n\r\n');
    return { status: Number(text.split(' ', 2)[1]), head: text.slice(0, cut), body: text.slice(cut + 4) };
  }

  /** Asks for a WebSocket and answers what came back; with 101 frames may follow. */
  upgrade(headers: Readonly<Record<string, string>> = {}, path = '/rpc'): Promise<RawAnswer> {
    this.write(upgradeRequest(headers, path));
    return this.answer();
  }

  /** Frames received after the answer to the upgrade. */
  get frames(): readonly ReceivedFrame[] {
    const cut = this.#received.indexOf('\r\n\r\n');
    return cut < 0 ? [] : takeFrames(this.#received.subarray(cut + 4)).frames;
  }

  /** The code of the close frame; undefined when the connection ended without one. */
  async closeCode(): Promise<number | undefined> {
    const closing = (): ReceivedFrame | undefined => this.frames.find(({ opcode }) => opcode === OPCODE.close);
    await this.until(() => closing() !== undefined);
    return closing()?.payload.readUInt16BE(0);
  }

  /**
   * Resolves when the other side has let go of the connection altogether. An end alone is not enough: who keeps its own
   * half open must not keep the other side's resources. Once it has let go, the next byte is answered with a reset.
   */
  async cutOff(): Promise<void> {
    await this.until(() => false);
    const knocking = setInterval(() => this.write('x'), 20);
    await this.gone;
    clearInterval(knocking);
  }

  /** Sends the bytes again and again without ever reading. Answers how often, when the other side let go of it. */
  async flood(bytes: Uint8Array, most: number): Promise<number> {
    this.socket.pause();
    for (let sent = 0; sent < most; sent += 1) {
      const error = await new Promise<unknown>((resolve) => this.socket.write(bytes, resolve));
      if (error !== undefined && error !== null) return sent;
    }
    return most;
  }

  /** Leaves without a word. */
  destroy(): void {
    this.socket.destroy();
  }
}

export function upgradeRequest(headers: Readonly<Record<string, string>> = {}, path = '/rpc'): string {
  const all = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** Sends a request as it stands, reads its answer, and leaves. */
export async function exchange(target: Pick<Target, 'port'>, text: string): Promise<RawAnswer> {
  const connection = new RawConnection(target);
  connection.write(text);
  const answer = await connection.answer();
  connection.destroy();
  return answer;
}

function isWhole(received: string): boolean {
  const cut = received.indexOf('\r\n\r\n');
  if (cut < 0) return false;
  const length = Number(/^content-length: (\d+)/im.exec(received.slice(0, cut))?.[1] ?? 0);
  return received.length >= cut + 4 + length;
}
