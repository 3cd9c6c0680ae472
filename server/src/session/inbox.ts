import {
  CallError,
  type Capabilities,
  CLOSE_CODES,
  failureText,
  type InvalidMessage,
  isJsonObject,
  type Message,
  type NotificationMessage,
  parseCoalesced,
  parseFrame,
} from '@callsheet/protocol';
import { BatchAnswer } from './batch-answer.ts';
import type { Counterpart } from './counterpart.ts';
import type { House } from './house.ts';
import { leadingId } from './leading-id.ts';
import { isObserved } from './observed-request.ts';
import type { Requests } from './requests.ts';
import type { SessionState } from './session.ts';

const UNANSWERED = (): void => {};

/** Whose inbox it is. */
export interface Hearer {
  readonly state: SessionState;
  readonly negotiated: boolean;
  readonly capabilities: Capabilities;
  readonly counterpart: Counterpart | undefined;
  send(text: string): void;
  /** The client has everything up to this number. */
  acknowledge(seq: number): void;
  close(code: number, reason: string): void;
}

/** Reads the frames of one client and does with each message what belongs to its kind. Never throws. */
export class Inbox {
  readonly #house: House;
  readonly #requests: Requests;
  readonly #hearer: Hearer;
  readonly #answer: (text: string) => void;
  readonly #answerTogether: (text: string) => void;
  #unreadable = 0;
  #received = 0;
  /** Of the frame at hand; undefined when nothing in it is followed along its road. */
  #arrivedAt: number | undefined;

  constructor(house: House, requests: Requests, hearer: Hearer) {
    this.#house = house;
    this.#requests = requests;
    this.#hearer = hearer;
    const { sent } = house.traffic;
    this.#answer = (text) => {
      sent.response += 1;
      hearer.send(text);
    };
    this.#answerTogether = (text) => {
      sent.batch += 1;
      hearer.send(text);
    };
  }

  /** Frames of the client since session/open; in coalesced frames, their members. */
  get received(): number {
    return this.#received;
  }

  receive(text: string, bytes: number): void {
    const { limits, maxOpeningBytes } = this.#house;
    const most = this.#hearer.state === 'opening' ? maxOpeningBytes : limits.maxPayloadBytes;
    this.#received += 1;
    this.#arrivedAt = isObserved() && this.#house.marker.isDue ? this.#house.clock.monotonic() : undefined;
    if (bytes > most) {
      const error = new CallError('REQUEST_TOO_LARGE', `Cannot take a message of more than ${most} bytes`);
      this.#takeUnreadable({ kind: 'invalid', id: leadingId(text) ?? null, error });
      return;
    }
    const coalesces = this.#hearer.capabilities.coalesce === true;
    const frame = coalesces ? parseCoalesced(text, limits) : parseFrame(text, limits);
    if (frame.kind === 'single') this.#takeAlone(frame.message, text);
    else if (coalesces) {
      this.#received += frame.messages.length - 1;
      for (const message of frame.messages) this.#takeAlone(message);
    } else this.#takeBatch(frame.messages);
  }

  /** A message that came in a frame of its own, or in a coalesced frame, which makes no difference to it. */
  #takeAlone(message: Message, text = ''): void {
    if (message.kind !== 'invalid') this.#take(message, this.#answer);
    else this.#takeUnreadable(message, text);
  }

  /** JSON-RPC 2.0 §6: the answers of a batch travel together; a batch of notifications has no answer at all. */
  #takeBatch(messages: readonly Message[]): void {
    const { received, sent } = this.#house.traffic;
    received.batch += 1;
    const asked = messages.filter((message) => message.kind === 'request' || message.kind === 'invalid');
    const answers = new BatchAnswer(asked.length, this.#house.maxBatchAnswer, this.#answerTogether);
    for (const message of messages) {
      const id = 'id' in message ? message.id : null;
      const answer = (text: string): void => {
        sent.response += 1;
        answers.add(id, text);
      };
      // Its answer has to leave before anything else does, and here it would wait for the others.
      if (message.kind === 'request' && message.method === 'session/open') {
        const error = new CallError('INVALID_REQUEST', 'Cannot open a session inside a batch; send session/open alone');
        this.#take({ kind: 'invalid', id, error }, answer);
      } else this.#take(message, answer);
    }
  }

  #take(message: Message, answer: (text: string) => void): void {
    const { received } = this.#house.traffic;
    switch (message.kind) {
      case 'request':
        received.request += 1;
        this.#ask(message, answer);
        return;
      case 'notification':
        received.notification += 1;
        if (this.#hearer.state === 'opening') this.#countUnreadable();
        else this.#note(message);
        return;
      case 'invalid':
        this.#hearer.counterpart?.garbled(message.id, message.error);
        answer(failureText(message.id, message.error.toWire(this.#requests.refuse(message.error))));
        this.#countUnreadable();
        return;
      default:
        received.response += 1;
        // An answer to a question nobody asked. Answering an answer could start a loop between two careful peers.
        if (this.#hearer.counterpart?.answered(message) !== true) this.#countUnreadable();
    }
  }

  /**
   * A message nothing can be made of. Where the peer is asked as well, it may be an answer: whose it is has to be told, so
   * that nobody waits for it, and where that cannot be found out, ending the connection tells everybody.
   *
   * @param text what it was read from, where that may still tell whose it is
   */
  #takeUnreadable(message: InvalidMessage, text = ''): void {
    const { counterpart } = this.#hearer;
    if (counterpart === undefined) {
      this.#take(message, this.#answer);
      return;
    }
    const { error } = message;
    const id = message.id ?? leadingId(text);
    if (id === undefined) {
      const { TOO_LARGE, POLICY } = CLOSE_CODES;
      const { code } = error.errorName === 'REQUEST_TOO_LARGE' ? TOO_LARGE : POLICY;
      this.#hearer.close(code, 'a message that cannot be read, nor told whose answer it is');
      return;
    }
    if (!counterpart.garbled(id, error)) this.#answer(failureText(id, error.toWire(this.#house.nextRequestId())));
    this.#countUnreadable();
  }

  #ask({ id, method, params }: Message & { kind: 'request' }, answer: (text: string) => void): void {
    const entry = this.#house.methods.get(method);
    const { state, negotiated } = this.#hearer;
    // While the opening is being checked nobody is known yet, and a second opening cannot begin.
    if (state === 'opening' && (entry?.beforeOpening !== true || this.#requests.inFlight > 0)) {
      const error = new CallError('UNAUTHENTICATED', 'Cannot call anything before session/open is answered');
      answer(failureText(id, error.toWire(this.#house.nextRequestId())));
      this.#hearer.close(CLOSE_CODES.BAD_OPENING.code, 'the first message must be session/open');
      return;
    }
    if (method === 'session/open' && !negotiated) this.#received = 0;
    this.#requests.run(entry, { id, method, params, answer, arrivedAt: this.#arrivedAt });
  }

  #note(message: NotificationMessage): void {
    if (message.method === 'notifications/cancelled') this.#cancel(message);
    else if (message.method === 'session/ack') this.#acknowledge(message);
    else if (message.method === 'notifications/progress' && this.#hearer.counterpart !== undefined) {
      this.#hearReport(message, this.#hearer.counterpart);
      return;
    } else {
      this.#requests.run(this.#house.methods.get(message.method), {
        id: null,
        method: message.method,
        params: message.params,
        answer: UNANSWERED,
        arrivedAt: this.#arrivedAt,
      });
      return;
    }
    if (!this.#requests.keepsPace(message.method)) this.#countUnreadable();
  }

  /** Reports that come too fast are left out: the next says more. */
  #hearReport({ method, params }: NotificationMessage, counterpart: Counterpart): void {
    if (!this.#requests.keepsPace(method)) return;
    if (!isJsonObject(params) || !counterpart.reported(params)) this.#countUnreadable();
  }

  #cancel({ params }: NotificationMessage): void {
    if (!isJsonObject(params)) return;
    const { requestId, reason } = params;
    if (typeof requestId !== 'string' && typeof requestId !== 'number') return;
    this.#requests.cancel(requestId, typeof reason === 'string' ? reason.slice(0, 200) : 'no reason given');
  }

  #acknowledge({ params }: NotificationMessage): void {
    const seq = isJsonObject(params) ? params.seq : undefined;
    if (typeof seq === 'number' && Number.isSafeInteger(seq)) this.#hearer.acknowledge(seq);
  }

  #countUnreadable(): void {
    this.#unreadable += 1;
    if (this.#hearer.state === 'opening') {
      this.#hearer.close(CLOSE_CODES.BAD_OPENING.code, 'the first message must be session/open');
    } else if (this.#unreadable >= this.#house.maxUnreadable) {
      this.#hearer.close(CLOSE_CODES.POLICY.code, 'too many unreadable messages');
    }
  }
}
