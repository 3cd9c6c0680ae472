import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CallError, CLOSE_CODES, RPC_PATH, SUBPROTOCOL, type WireLimits } from '@callsheet/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ConnectionFacts } from '../auth/connection-facts.ts';
import type { Identity } from '../auth/identity.ts';
import { connectionEvent } from '../channels.ts';
import type { ConnectionCaps, Seat } from '../limits/connection-caps.ts';
import { Conversation } from '../session/conversation.ts';
import type { House } from '../session/house.ts';
import { Heartbeat } from './heartbeat.ts';
import { Line } from './line.ts';
import type { SlowReaderLimits } from './slow-reader.ts';

export interface WebSocketDoorOptions {
  readonly house: House;
  /** Who asks for a connection, from where; refuses whom nobody would let in whoever they are. @throws CallError */
  readonly arrive: (request: IncomingMessage) => ConnectionFacts;
  /** Who a request says it is; undefined when it says nothing. @throws CallError UNAUTHENTICATED, RATE_LIMITED */
  readonly identify: (
    headers: IncomingHttpHeaders,
    connection: ConnectionFacts,
  ) => Identity | undefined | Promise<Identity>;
  readonly refuse: (socket: Duplex, error: CallError, request: IncomingMessage) => void;
  readonly caps: ConnectionCaps;
  readonly slowReader: SlowReaderLimits;
  /** How long a connection may stay without session/open. */
  readonly openingTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly newSessionId: () => string;
}

/** How far above the message limit a frame may be and still get an answer instead of a closed connection. */
const HARD_LIMIT_FACTOR = 4;
/** A message in more pieces than these is an attack on the memory: every piece costs more than its bytes. */
const MAX_FRAGMENTS = 1_024;
const MAX_BUFFERED_CHUNKS = 4_096;
/** A peer that does not answer a close frame in this time is cut off. */
const CLOSE_TIMEOUT_MS = 2_000;

/** What one peer may send at most, whoever opened the connection: options of ws. */
export interface FrameLimits {
  readonly maxPayload: number;
  readonly maxFragments: number;
  readonly maxBufferedChunks: number;
  readonly closeTimeout: number;
}

export function frameLimits({ maxPayloadBytes }: Pick<WireLimits, 'maxPayloadBytes'>): FrameLimits {
  return {
    maxPayload: maxPayloadBytes * HARD_LIMIT_FACTOR,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
}

/** Of a connection this gateway opened itself: nobody is kept out by it. */
const OWN_SEAT: Seat = { opened: () => undefined, leave: () => undefined };

/** The native door: WebSocket frames to messages and back, on `/rpc`. It translates; it decides nothing else. */
export class WebSocketDoor {
  readonly #options: WebSocketDoorOptions;
  readonly #server: WebSocketServer;
  readonly #heartbeat: Heartbeat;
  readonly #lines = new Map<WebSocket, Line>();

  constructor(options: WebSocketDoorOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      // The list of clients ws keeps is one more entry per connection, and ours knows more.
      clientTracking: false,
      // A context per connection costs 250 KB, and a small bomb inflates: not offered.
      perMessageDeflate: false,
      ...frameLimits(options.house.limits),
      // Left alone, ws answers the first protocol offered, which would echo a token sent that way.
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
    this.#heartbeat = new Heartbeat({
      intervalMs: options.heartbeatMs,
      timeoutMs: options.heartbeatTimeoutMs,
      clock: options.house.clock,
      traffic: options.house.traffic,
    });
  }

  get connections(): number {
    return this.#lines.size;
  }

  /** What peers have not read, in bytes: of all, of the one with the most, and how many are above the mark. */
  get unread(): { readonly sum: number; readonly max: number; readonly slow: number } {
    const { pauseReadingBytes } = this.#options.slowReader;
    let sum = 0;
    let max = 0;
    let slow = 0;
    for (const { held } of this.#lines.values()) {
      sum += held;
      max = Math.max(max, held);
      if (held > pauseReadingBytes) slow += 1;
    }
    return { sum, max, slow };
  }

  /** Calls without an answer yet, over all connections and sessions that wait for their client. */
  get inFlight(): number {
    let calls = this.#options.house.desk.inFlight;
    for (const { conversation } of this.#lines.values()) calls += conversation?.inFlight ?? 0;
    return calls;
  }

  /** Takes upgrades of this HTTP server from now on. */
  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      // The bound for silent HTTP connections does not count here; the heartbeat's does.
      if (socket instanceof Socket) socket.setTimeout(0);
      this.#upgrade(request, socket, head).catch((error) => this.#refuse(socket, CallError.from(error), request));
    });
  }

  /**
   * Takes in a WebSocket this gateway opened, as if its peer had: with this caller at the other end. Before the first message
   * of it is read.
   */
  adopt(socket: WebSocket, stream: Duplex, connection: ConnectionFacts, identity: Identity): void {
    this.#welcome(socket, stream, OWN_SEAT, connection, identity);
  }

  /** Whether a session of this id is open here. */
  serves(sessionId: string): boolean {
    for (const { conversation } of this.#lines.values()) if (conversation?.id === sessionId) return true;
    return false;
  }

  /** Says something to everyone. */
  notifyAll(method: string, params: object): void {
    for (const { conversation } of this.#lines.values()) {
      if (conversation?.state !== 'opening') conversation?.notify(method, params);
    }
  }

  /** Ends the sessions of callers who may not stay. */
  dismiss(mayStay: (identity: Identity) => boolean): void {
    const gone = [...this.#lines.values()].map(({ conversation }) => conversation);
    for (const conversation of [...gone, ...this.#options.house.desk.waiting()]) {
      const identity = conversation?.identity;
      if (identity !== undefined && !mayStay(identity)) conversation?.dismiss(dismissal());
    }
  }

  /** Ends the connections that hold most until a share of all held bytes is free. */
  shed(): number {
    const heavy = [...this.#lines].filter(([, line]) => line.held > 0).sort(([, a], [, b]) => b.held - a.held);
    const most = Math.max(1, Math.ceil(heavy.length / 4));
    const { code } = CLOSE_CODES.TRY_LATER;
    for (const [socket] of heavy.slice(0, most)) {
      socket.close(code, 'shed: the gateway is short of memory');
      socket.terminate();
    }
    return Math.min(heavy.length, most) + this.#options.house.desk.shed();
  }

  /** Resolves when every call has its answer, or when the time is up. */
  async settled(deadlineMs: number): Promise<void> {
    const until = performance.now() + deadlineMs;
    while (this.inFlight > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Ends every connection, spread over a time so that not all clients come back in one moment. */
  async closeAll(code: number, reason: string, spreadMs: number): Promise<void> {
    this.#heartbeat.stop();
    for (const session of this.#options.house.desk.waiting()) session.finish();
    const open = [...this.#lines];
    const leaving = open.map(([socket, line], index) => {
      const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      const delay = open.length > 1 ? (spreadMs * index) / (open.length - 1) : 0;
      setTimeout(() => (line.conversation ?? line).close(code, reason), delay);
      setTimeout(() => socket.terminate(), delay + 2_000).unref();
      return gone;
    });
    await Promise.all(leaving);
    this.#server.close();
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { arrive, identify, house, caps } = this.#options;
    const connection = arrive(request);
    if (connection.path !== RPC_PATH) {
      throw new CallError('NOT_FOUND', `Cannot open a WebSocket on this path; use "${RPC_PATH}"`);
    }
    if (house.draining()) throw new CallError('DRAINING', 'Cannot connect: the gateway is restarting');
    const found = identify(request.headers, connection);
    const identity = found instanceof Promise ? await found : found;
    // It can have left while its credential was looked at; a place taken now would never be given back.
    if (socket.destroyed) return;
    const seat = caps.enter(connection.address, identity?.principal.id);
    // A peer that leaves before it is welcome still gives its place back.
    socket.once('close', seat.leave);
    this.#server.handleUpgrade(request, socket, head, (opened) => {
      socket.removeListener('close', seat.leave);
      this.#welcome(opened, socket, seat, connection, identity);
    });
  }

  /** Nothing that goes wrong while somebody is refused may end the process. */
  #refuse(socket: Duplex, error: CallError, request: IncomingMessage): void {
    if (connectionEvent.hasSubscribers) connectionEvent.publish({ type: 'refused', transport: 'websocket', error });
    try {
      this.#options.refuse(socket, error, request);
    } catch {
      socket.destroy();
    }
  }

  #welcome(
    socket: WebSocket,
    stream: Duplex,
    seat: Seat,
    connection: ConnectionFacts,
    identity: Identity | undefined,
  ): void {
    const { house, slowReader, openingTimeoutMs, newSessionId } = this.#options;
    const { clock } = house;
    const pulse = this.#heartbeat.watch(socket);
    const { traffic } = house;
    const line = new Line({ socket, stream, seat, pulse, clock, slowReader, traffic });
    const openedAt = clock.monotonic();
    const { transport } = line;
    if (connectionEvent.hasSubscribers) connectionEvent.publish({ type: 'opened', transport });
    line.carry(new Conversation(newSessionId(), house, line, connection, identity));
    this.#lines.set(socket, line);
    if (identity === undefined) line.expectOpening(openingTimeoutMs, house.maxOpeningBytes);
    socket.on('close', (code) => {
      this.#heartbeat.forget(socket);
      this.#lines.delete(socket);
      line.ended(code);
      if (!connectionEvent.hasSubscribers) return;
      connectionEvent.publish({ type: 'closed', transport, code, lifetimeMs: clock.monotonic() - openedAt });
    });
  }
}

function dismissal(): CallError {
  return new CallError('UNAUTHENTICATED', 'Cannot go on: the credential of this session was revoked or changed');
}
