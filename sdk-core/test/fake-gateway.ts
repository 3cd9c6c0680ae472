import {
  failureText,
  type Id,
  isJsonObject,
  type Json,
  type JsonObject,
  notificationText,
  successText,
} from '@callsheet/protocol';
import type { PresentedCredential, SocketListener, Transport, TransportSocket } from '../src/index.ts';

/** What `session/open` answers unless a test says otherwise. */
export const SESSION: JsonObject = {
  sessionId: 'ses_1',
  resumeToken: 'res_1',
  resumed: false,
  principal: { id: 'key_1', role: 'admin', scopes: [] },
  window: { maxInFlight: 64 },
  limits: { maxPayloadBytes: 1_048_576, maxBatch: 50, maxDepth: 64, maxArrayItems: 10_000 },
  heartbeatMs: 25_000,
  server: { name: 'fake', version: '0.0.1' },
  gateways: [],
  capabilities: {},
};

export interface Received {
  readonly id: Id | undefined;
  readonly method: string;
  readonly params: JsonObject;
}

/** Answers a request by returning the result, by returning undefined and answering later, or by throwing a wire error. */
export type Handler = (params: JsonObject, request: Received, line: FakeLine) => Json | undefined;

/** The gateway's end of one socket. */
export class FakeLine {
  readonly url: string;
  readonly credential: PresentedCredential | undefined;
  /** Frames as they came. */
  readonly frames: string[] = [];
  readonly received: Received[] = [];
  /** How the client closed it. */
  closedByClient: { code: number; reason: string } | undefined;
  /** A peer that is gone without a word: it takes everything and says nothing. */
  dead = false;
  /** What the client's socket says it has not written yet. */
  bufferedBytes = 0;
  readonly #listener: SocketListener;
  #over = false;

  constructor(url: string, credential: PresentedCredential | undefined, listener: SocketListener) {
    this.url = url;
    this.credential = credential;
    this.#listener = listener;
  }

  get open(): boolean {
    return !this.#over;
  }

  /** Requests of one method, oldest first. */
  requests(method: string): Received[] {
    return this.received.filter((message) => message.method === method);
  }

  say(text: string): void {
    if (!this.#over && !this.dead) this.#listener.onMessage(text);
  }

  answer(id: Id | undefined, result: Json): void {
    this.say(successText(id ?? null, result));
  }

  fail(id: Id | undefined, code: number, data: JsonObject = {}): void {
    this.say(failureText(id ?? null, { code, message: `error ${code}`, data: data as never }));
  }

  notify(method: string, params: JsonObject): void {
    this.say(notificationText(method, params));
  }

  drop(code = 1006, reason = ''): void {
    if (this.#over) return;
    this.#over = true;
    this.#listener.onClose({ code, reason });
  }

  /** The client's `close`. */
  closed(code: number, reason: string): void {
    if (this.#over) return;
    this.closedByClient = { code, reason };
    queueMicrotask(() => this.drop(code, reason));
  }
}

/** A gateway in memory, scripted by method. */
export class FakeGateway {
  readonly lines: FakeLine[] = [];
  readonly handlers: Record<string, Handler> = {
    'session/open': () => SESSION,
    ping: () => ({}),
  };
  /** True: nobody listens on the port. */
  down = false;
  readonly transport: Transport;

  /** `sendsCredential`: whether the transport claims to show the credential at the upgrade. */
  constructor(sendsCredential = false) {
    this.transport = { sendsCredential, connect: (url, listener, credential) => this.#dial(url, listener, credential) };
  }

  /** The newest line. */
  get line(): FakeLine {
    const line = this.lines.at(-1);
    if (line === undefined) throw new Error('Nobody dialled yet');
    return line;
  }

  #dial(url: string, listener: SocketListener, credential: PresentedCredential | undefined): TransportSocket {
    const line = new FakeLine(url, credential, listener);
    this.lines.push(line);
    queueMicrotask(() => {
      if (this.down) line.drop();
      else if (line.open) listener.onOpen();
    });
    return {
      send: (text) => queueMicrotask(() => this.take(line, text)),
      close: (code, reason) => line.closed(code, reason),
      get bufferedBytes() {
        return line.bufferedBytes;
      },
    };
  }

  /** Takes one frame of a client. */
  take(line: FakeLine, frame: string): void {
    if (!line.open) return;
    line.frames.push(frame);
    const value: unknown = JSON.parse(frame);
    for (const message of Array.isArray(value) ? value : [value]) this.#handle(line, message);
  }

  #handle(line: FakeLine, message: unknown): void {
    if (!isJsonObject(message) || typeof message.method !== 'string') return;
    const params = isJsonObject(message.params) ? message.params : {};
    const request: Received = { id: message.id as Id | undefined, method: message.method, params };
    line.received.push(request);
    const answer = this.handlers[request.method]?.(params, request, line);
    if (answer !== undefined && request.id !== undefined) line.answer(request.id, answer);
  }
}
