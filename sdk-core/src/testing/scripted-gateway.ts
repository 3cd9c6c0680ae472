import { type Id, isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { PresentedCredential } from '../credentials.ts';
import type { SocketListener, Transport, TransportSocket } from '../transport.ts';
import { type Received, TestLine } from './test-line.ts';
import type { TestSession } from './test-session.ts';

/** Facts of `session/open` that a test can change. */
export const SESSION: JsonObject = {
  sessionId: 'ses_1',
  resumed: false,
  principal: { id: 'key_1', role: 'admin', scopes: [] },
  window: { maxInFlight: 64 },
  limits: { maxPayloadBytes: 1_048_576, maxBatch: 50, maxDepth: 64, maxArrayItems: 10_000 },
  heartbeatMs: 25_000,
  server: { name: 'fake', version: '0.0.1' },
  gateways: [],
  capabilities: {},
};

/**
 * Answers a request: with the result or a promise of it, with undefined to answer later through `line`, or by throwing an
 * error of the protocol's table.
 */
export type Handler = (params: JsonObject, request: Received, line: TestLine) => Json | undefined | Promise<Json>;

export interface ScriptedGatewayOptions {
  /** The transport claims to show the credential at the upgrade. */
  readonly sendsCredential?: boolean;
  /** Clients may come back to their sessions. */
  readonly resume?: boolean;
  /** Arrays may be frames of independent messages. */
  readonly coalesce?: boolean;
  /** What forgets sessions nobody comes back to. */
  readonly clock?: Pick<Clock, 'now'>;
}

/** How long a session waits for its client; PROTOCOL.md, «Coming back». Milliseconds. */
const RESUME_WINDOW_MS = 120_000;

/** A gateway in memory, scripted by method. It knows sockets and sessions and nothing else: what has no handler is not answered. */
export class ScriptedGateway {
  /** Every socket there was, oldest first. */
  readonly lines: TestLine[] = [];
  readonly handlers: Record<string, Handler> = {
    'session/open': (params, _request, line) => this.open(params, line),
    'session/ack': ({ seq }, _request, { session }) => {
      if (typeof seq === 'number') session.acknowledge(seq);
      return undefined;
    },
    ping: () => ({}),
  };
  /** Takes what has no handler. It is not answered when not said. */
  otherwise: Handler | undefined;
  readonly transport: Transport;
  /** Added to the answer to `session/open`. */
  facts: JsonObject = {};
  /** True: nobody listens on the port. */
  down = false;
  /** Whether clients may come back to their sessions. */
  resumes: boolean;
  /** Whether arrays may be frames of independent messages. */
  coalesces: boolean;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #sessions = new Map<string, TestSession>();
  readonly #received: Received[] = [];
  #tokens = 0;

  constructor(options: ScriptedGatewayOptions = {}) {
    const { sendsCredential = false, resume = false, coalesce = false, clock = { now: () => 0 } } = options;
    this.resumes = resume;
    this.coalesces = coalesce;
    this.#clock = clock;
    this.transport = { sendsCredential, connect: (url, listener, credential) => this.#dial(url, listener, credential) };
  }

  /** The newest line. */
  get line(): TestLine {
    const line = this.lines.at(-1);
    if (line === undefined) throw new Error('Nobody dialled yet');
    return line;
  }

  /** Everything clients said, on all lines, oldest first. */
  get received(): readonly Received[] {
    return this.#received;
  }

  /** Sends a notification to every client, also to those that are away and may come back. */
  notify(method: string, params: JsonObject): void {
    const sessions = new Set([...this.lines.map(({ session }) => session), ...this.#sessions.values()]);
    for (const session of sessions) session.notify(method, params);
  }

  /** Ends every socket; with 1006, when not said, nothing but the loss is told, and sessions wait for their clients. */
  drop(code?: number, reason?: string): void {
    for (const line of this.lines) line.drop(code, reason);
  }

  /** Cuts every cable without a word. */
  stall(): void {
    for (const line of this.lines) line.stall();
  }

  /** Goes down and comes back: sockets end, with 1012 when not said, and sessions are forgotten. */
  restart(code = 1012): void {
    const sessions = [...this.#sessions.values()];
    this.drop(code, 'restart');
    for (const session of sessions) session.finish();
  }

  /** The answer to `session/open`: a new session on this line, or the one the client comes back to. */
  open(params: JsonObject, line: TestLine): JsonObject {
    const known = this.#resume(params.resume, line);
    if (known !== undefined) return { ...SESSION, ...this.facts, ...known };
    const { session } = line;
    const asked = isJsonObject(params.capabilities) ? params.capabilities : {};
    const capabilities: JsonObject = {};
    if (asked.events === true) capabilities.events = true;
    if (this.coalesces && asked.coalesce === true) capabilities.coalesce = true;
    if (this.resumes && asked.resume === true) capabilities.resume = true;
    session.received = 0;
    session.capabilities = capabilities;
    const resumeToken = capabilities.resume === true ? this.#newToken() : undefined;
    // What is numbered begins after the answer.
    line.afterAnswer(() => {
      session.coalesce = capabilities.coalesce === true;
      if (resumeToken !== undefined) this.#keep(session, resumeToken);
    });
    const answer: JsonObject = { ...SESSION, sessionId: session.id, capabilities, ...this.facts };
    if (resumeToken !== undefined) answer.resumeToken = resumeToken;
    return answer;
  }

  /** Takes one frame of a client. */
  take(line: TestLine, frame: string): void {
    if (!line.open) return;
    line.frames.push(frame);
    if (line.stalled) return;
    const value: unknown = JSON.parse(frame);
    const messages: unknown[] = Array.isArray(value) ? value : [value];
    line.session.received += line.session.coalesce ? messages.length : 1;
    for (const message of messages) this.#handle(line, message);
  }

  #resume(wish: Json | undefined, line: TestLine): JsonObject | undefined {
    if (!isJsonObject(wish) || typeof wish.lastSeq !== 'number') return undefined;
    const session = this.#sessions.get(String(wish.sessionId));
    const missed = session?.after(wish.lastSeq);
    if (session === undefined || missed === undefined || session.resumeToken !== wish.resumeToken) return undefined;
    if (session.line === undefined && this.#clock.now() - session.lostAt > RESUME_WINDOW_MS) {
      session.finish();
      return undefined;
    }
    const before = this.lines.find((other) => other.open && other.session === session);
    session.line = undefined;
    before?.drop(4409, 'another connection resumed this session');
    const resumeToken = this.#newToken();
    session.resumeToken = resumeToken;
    line.afterAnswer(() => line.carry(session, missed));
    const { id, received, capabilities } = session;
    return { sessionId: id, resumeToken, resumed: true, received, capabilities };
  }

  #keep(session: TestSession, resumeToken: string): void {
    session.resumeToken = resumeToken;
    this.#sessions.set(session.id, session);
    session.onEnd(() => this.#sessions.delete(session.id));
  }

  #newToken(): string {
    return `rsm_${++this.#tokens}`;
  }

  #dial(url: string, listener: SocketListener, credential: PresentedCredential | undefined): TransportSocket {
    const id = `ses_${this.lines.length + 1}`;
    const line = new TestLine(url, credential, listener, id, (lost, over) => this.#lost(lost, over));
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

  #lost(line: TestLine, over: boolean): void {
    const { session } = line;
    // Another line carries it already.
    if (session.line !== line) return;
    session.line = undefined;
    session.lostAt = this.#clock.now();
    if (over || session.resumeToken === undefined) session.finish();
  }

  #handle(line: TestLine, message: unknown): void {
    if (!isJsonObject(message) || typeof message.method !== 'string') return;
    const params = isJsonObject(message.params) ? message.params : {};
    const request: Received = { id: message.id as Id | undefined, method: message.method, params };
    line.received.push(request);
    this.#received.push(request);
    if (request.id !== undefined) line.session.asked.add(request.id);
    this.#run(line, request);
  }

  #run(line: TestLine, request: Received): void {
    const { id, method, params } = request;
    const answer = (value: Json): void => {
      if (id !== undefined) line.answer(id, value);
    };
    try {
      const value = (this.handlers[method] ?? this.otherwise)?.(params, request, line);
      if (value instanceof Promise) void value.then(answer).catch((error: unknown) => line.refuse(id, error));
      else if (value !== undefined) answer(value);
    } catch (error) {
      line.refuse(id, error);
      if (method === 'session/open') line.drop(4401, 'session/open was refused');
    }
  }
}
