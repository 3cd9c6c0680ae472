import {
  CallError,
  type Capabilities,
  CLOSE_CODES,
  failureText,
  isJsonObject,
  type Message,
  type NotificationMessage,
  notificationText,
  type Params,
  type Principal,
  parseFrame,
} from '@callsheet/protocol';
import type { House } from './house.ts';
import { Outbox } from './outbox.ts';
import { Requests } from './requests.ts';
import type { Session, SessionState } from './session.ts';
import type { Wire } from './wire.ts';

const UNANSWERED = (): void => {};

/**
 * One connection's side of JSON-RPC 2.0: reads frames, runs methods, writes answers. It knows nothing of sockets.
 * Every request is answered exactly once, notifications never, and nothing a client sends can make it throw.
 */
export class Conversation implements Session {
  readonly id: string;
  readonly #house: House;
  readonly #wire: Wire;
  readonly #outbox: Outbox;
  readonly #requests: Requests;
  readonly #send: (text: string) => void;
  readonly #ends = new Set<() => void>();
  #state: SessionState = 'opening';
  #principal: Principal | undefined;
  #capabilities: Capabilities = {};
  #negotiated = false;
  #unreadable = 0;
  #farewell: { code: number; reason: string } | undefined;

  /** @param principal who opened the connection with a header; absent when the opening is still to come. */
  constructor(id: string, house: House, wire: Wire, principal?: Principal) {
    this.id = id;
    this.#house = house;
    this.#wire = wire;
    this.#outbox = new Outbox(wire, house.limits.maxBatch, house.defer);
    this.#requests = new Requests(
      house,
      this,
      () => this.#principal?.id,
      () => this.#leaveWhenIdle(),
    );
    this.#send = (text) => {
      if (this.#state !== 'closed') this.#outbox.push(text);
    };
    this.#principal = principal;
    if (principal !== undefined) this.#state = 'open';
  }

  get state(): SessionState {
    return this.#state;
  }

  get principal(): Principal {
    if (this.#principal === undefined) throw new CallError('UNAUTHENTICATED', 'Cannot do this before session/open');
    return this.#principal;
  }

  get capabilities(): Capabilities {
    return this.#capabilities;
  }

  /** Calls without an answer yet. */
  get inFlight(): number {
    return this.#requests.inFlight;
  }

  open(principal: Principal | undefined, capabilities: Capabilities): void {
    if (this.#negotiated) throw new CallError('CONFLICT', 'Cannot open a session twice on one connection');
    this.#principal = principal ?? this.principal;
    this.#negotiated = true;
    this.#capabilities = capabilities;
    if (this.#state === 'opening') this.#state = 'open';
    this.#outbox.coalesce = capabilities.coalesce === true;
  }

  notify(method: string, params: object): void {
    this.#send(notificationText(method, params as Params));
  }

  onEnd(listener: () => void): () => void {
    this.#ends.add(listener);
    return () => this.#ends.delete(listener);
  }

  close(code: number, reason: string): void {
    if (this.#state === 'closed' || this.#farewell !== undefined) return;
    this.#state = 'closing';
    this.#farewell = { code, reason };
    // Later, because the answer that explains the close may still be on its way into the outbox.
    this.#house.defer(() => this.#leaveWhenIdle());
  }

  /** The connection is gone: everything in flight is cancelled, nothing is sent any more. */
  ended(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#requests.cancelAll('the connection closed');
    for (const listener of [...this.#ends]) listener();
    this.#ends.clear();
  }

  /** Takes one text frame; `bytes` is its size on the wire. */
  receive(text: string, bytes: number = text.length): void {
    if (this.#state === 'closed' || this.#farewell !== undefined) return;
    const most = this.#state === 'opening' ? this.#house.maxOpeningBytes : this.#house.limits.maxPayloadBytes;
    if (bytes > most) {
      const error = new CallError('REQUEST_TOO_LARGE', `Cannot take a message of more than ${most} bytes`);
      this.#take({ kind: 'invalid', id: null, error }, this.#send);
      return;
    }
    const frame = parseFrame(text, this.#house.limits);
    if (frame.kind === 'single') this.#take(frame.message, this.#send);
    else if (this.#outbox.coalesce) for (const message of frame.messages) this.#take(message, this.#send);
    else this.#takeBatch(frame.messages);
  }

  /** JSON-RPC 2.0 §6: the answers of a batch travel together; a batch of notifications has no answer at all. */
  #takeBatch(messages: readonly Message[]): void {
    const answers: string[] = [];
    let missing = messages.filter((message) => message.kind === 'request' || message.kind === 'invalid').length;
    const collect = (text: string): void => {
      answers.push(text);
      missing -= 1;
      if (missing === 0) this.#send(`[${answers.join(',')}]`);
    };
    for (const message of messages) this.#take(message, collect);
  }

  #take(message: Message, answer: (text: string) => void): void {
    switch (message.kind) {
      case 'request':
        this.#ask(message, answer);
        return;
      case 'notification':
        if (message.method === 'notifications/cancelled') this.#cancel(message);
        else if (this.#state !== 'opening') {
          this.#requests.run(this.#house.methods.get(message.method), { ...message, id: null, answer: UNANSWERED });
        }
        return;
      case 'invalid':
        answer(failureText(message.id, message.error.toWire(this.#house.nextRequestId())));
        this.#countUnreadable();
        return;
      default:
        // An answer to a question nobody asked. Answering an answer could start a loop between two careful peers.
        return;
    }
  }

  #ask(message: Message & { kind: 'request' }, answer: (text: string) => void): void {
    const entry = this.#house.methods.get(message.method);
    if (this.#state === 'opening' && entry?.beforeOpening !== true) {
      const error = new CallError('UNAUTHENTICATED', 'Cannot call anything before session/open');
      answer(failureText(message.id, error.toWire(this.#house.nextRequestId())));
      this.close(CLOSE_CODES.BAD_OPENING.code, 'the first message must be session/open');
      return;
    }
    this.#requests.run(entry, { id: message.id, method: message.method, params: message.params, answer });
    const refused = message.method === 'session/open' && this.#state === 'opening' && this.inFlight === 0;
    if (refused) this.close(CLOSE_CODES.UNAUTHENTICATED.code, 'session/open was refused');
  }

  #cancel({ params }: NotificationMessage): void {
    if (!isJsonObject(params)) return;
    const { requestId, reason } = params;
    if (typeof requestId !== 'string' && typeof requestId !== 'number') return;
    this.#requests.cancel(requestId, typeof reason === 'string' ? reason.slice(0, 200) : 'no reason given');
  }

  #countUnreadable(): void {
    this.#unreadable += 1;
    if (this.#state === 'opening') this.close(CLOSE_CODES.BAD_OPENING.code, 'the first message must be session/open');
    else if (this.#unreadable >= this.#house.maxUnreadable) {
      this.close(CLOSE_CODES.POLICY.code, 'too many unreadable messages');
    }
  }

  #leaveWhenIdle(): void {
    if (this.#farewell === undefined || this.#state === 'closed' || this.inFlight > 0) return;
    this.#outbox.flush();
    const { code, reason } = this.#farewell;
    this.#wire.close(code, reason);
  }
}
