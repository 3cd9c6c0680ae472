import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CallError, CLOSE_CODES, type Principal, RPC_PATH, SUBPROTOCOL } from '@callsheet/protocol';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Authenticator } from '../auth/authenticate.ts';
import { Conversation } from '../session/conversation.ts';
import type { House } from '../session/house.ts';
import { Heartbeat } from './heartbeat.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { SlowReader } from './slow-reader.ts';

export interface WebSocketDoorOptions {
  readonly house: House;
  readonly authenticator: Authenticator;
  readonly maxConnections: number;
  /** How long a connection may stay without session/open. */
  readonly openingTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly newSessionId: () => string;
}

/** How far above the message limit a frame may be and still get an answer instead of a closed connection. */
const HARD_LIMIT_FACTOR = 4;

/** The native door: WebSocket frames to messages and back, on `/rpc`. It translates; it decides nothing else. */
export class WebSocketDoor {
  readonly #options: WebSocketDoorOptions;
  readonly #server: WebSocketServer;
  readonly #heartbeat: Heartbeat;
  readonly #conversations = new Map<WebSocket, Conversation>();

  constructor(options: WebSocketDoorOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      // A context per connection costs 250 KB, and a small bomb inflates: not offered.
      perMessageDeflate: false,
      maxPayload: options.house.limits.maxPayloadBytes * HARD_LIMIT_FACTOR,
      // Left alone, ws answers the first protocol offered, which would echo a token sent that way.
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
    this.#heartbeat = new Heartbeat(options.heartbeatMs, options.heartbeatTimeoutMs);
  }

  get connections(): number {
    return this.#conversations.size;
  }

  /** Calls without an answer yet, over all connections. */
  get inFlight(): number {
    let calls = 0;
    for (const conversation of this.#conversations.values()) calls += conversation.inFlight;
    return calls;
  }

  /** Takes upgrades of this HTTP server from now on. */
  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Says something to everyone. */
  notifyAll(method: string, params: object): void {
    for (const conversation of this.#conversations.values()) conversation.notify(method, params);
  }

  /** Ends the connections of callers who may not stay. */
  dismiss(mayStay: (principal: Principal) => boolean): void {
    const { code } = CLOSE_CODES.UNAUTHENTICATED;
    for (const conversation of this.#conversations.values()) {
      if (conversation.state === 'open' && !mayStay(conversation.principal))
        conversation.close(code, 'the key was revoked');
    }
  }

  /** Resolves when every call has its answer, or when the time is up. */
  async settled(deadlineMs: number): Promise<void> {
    const until = performance.now() + deadlineMs;
    while (this.inFlight > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Ends every connection, spread over a time so that not all clients come back in one moment. */
  async closeAll(code: number, reason: string, spreadMs: number): Promise<void> {
    this.#heartbeat.stop();
    const open = [...this.#conversations];
    const leaving = open.map(([socket, conversation], index) => {
      const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      const delay = open.length > 1 ? (spreadMs * index) / (open.length - 1) : 0;
      setTimeout(() => conversation.close(code, reason), delay);
      setTimeout(() => socket.terminate(), delay + 2_000).unref();
      return gone;
    });
    await Promise.all(leaving);
    this.#server.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    try {
      // Not parsed as a URL: some request targets are none, and a stranger must not get a fault of ours for them.
      const path = request.url?.split('?', 1)[0];
      if (path !== RPC_PATH)
        throw new CallError('NOT_FOUND', `Cannot open a WebSocket on this path; use "${RPC_PATH}"`);
      if (this.#conversations.size >= this.#options.maxConnections) {
        throw new CallError('OVERLOADED', 'Cannot take another connection; try again later', { retryAfterMs: 5_000 });
      }
      if (this.#options.house.draining()) throw new CallError('DRAINING', 'Cannot connect: the gateway is restarting');
      const principal = this.#options.authenticator.fromHeaders(request.headers);
      this.#server.handleUpgrade(request, socket, head, (opened) => this.#welcome(opened, socket, principal));
    } catch (error) {
      refuseUpgrade(socket, CallError.from(error));
    }
  }

  #welcome(socket: WebSocket, stream: Duplex, principal: Principal | undefined): void {
    const slow = new SlowReader(socket, stream);
    const wire = {
      send: (text: string) => {
        socket.send(text);
        slow.check();
      },
      cork: () => stream.cork(),
      uncork: () => stream.uncork(),
      close: (code: number, reason: string) => socket.close(code, reason),
    };
    const conversation = new Conversation(this.#options.newSessionId(), this.#options.house, wire, principal);
    this.#conversations.set(socket, conversation);
    const pulse = this.#heartbeat.watch(socket);
    const opening = setTimeout(() => {
      if (conversation.state === 'opening') conversation.close(CLOSE_CODES.TIMEOUT.code, 'no session/open in time');
    }, this.#options.openingTimeoutMs);
    socket.on('message', (data, isBinary) => {
      pulse.heard = true;
      if (isBinary) conversation.close(CLOSE_CODES.POLICY.code, 'send text frames');
      else conversation.receive(textOf(data), sizeOf(data));
    });
    socket.on('pong', () => {
      pulse.heard = true;
    });
    // Without a listener one broken frame would end the process; ws has sent the right close code already.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(opening);
      this.#heartbeat.forget(socket);
      this.#conversations.delete(socket);
      conversation.ended();
    });
  }
}

/** With the default binaryType ws hands every message over as one Buffer; text was checked to be UTF-8. */
function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data as ArrayBuffer).toString('utf8');
}

function sizeOf(data: RawData): number {
  return Buffer.isBuffer(data) ? data.length : (data as ArrayBuffer).byteLength;
}
