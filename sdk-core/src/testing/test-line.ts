import { CallError, failureText, type Id, type Json, type JsonObject, successText } from '@callsheet/protocol';
import type { PresentedCredential } from '../credentials.ts';
import type { SocketListener } from '../transport.ts';
import { TestSession } from './test-session.ts';

/** One request or notification of a client. */
export interface Received {
  readonly id: Id | undefined;
  readonly method: string;
  readonly params: JsonObject;
}

/** The gateway's end of one socket. */
export class TestLine {
  readonly url: string;
  /** What the transport showed at the upgrade. */
  readonly credential: PresentedCredential | undefined;
  /** Frames as they came. */
  readonly frames: string[] = [];
  readonly received: Received[] = [];
  /** How the client closed it. */
  closedByClient: { readonly code: number; readonly reason: string } | undefined;
  /** What the client's socket says it has not written yet. Bytes. */
  bufferedBytes = 0;
  session: TestSession;
  readonly #listener: SocketListener;
  readonly #onLost: (line: TestLine, sessionIsOver: boolean) => void;
  /** Waits to leave in one frame. */
  #texts: string[] = [];
  #afterAnswer: (() => void) | undefined;
  #stalled = false;
  #over = false;

  constructor(
    url: string,
    credential: PresentedCredential | undefined,
    listener: SocketListener,
    door: string,
    onLost: (line: TestLine, sessionIsOver: boolean) => void,
  ) {
    this.url = url;
    this.credential = credential;
    this.#listener = listener;
    this.session = new TestSession(door, this);
    this.#onLost = onLost;
  }

  get open(): boolean {
    return !this.#over;
  }

  get stalled(): boolean {
    return this.#stalled;
  }

  /** Requests and notifications of one method, oldest first. */
  requests(method: string): Received[] {
    return this.received.filter((message) => message.method === method);
  }

  /** Cuts the cable without a word: from now on nothing arrives, in neither direction, and nobody is told. */
  stall(): void {
    this.#stalled = true;
  }

  /** Sends a text as one message of the session, which keeps it when the client is away. */
  say(text: string): void {
    this.session.say(text);
  }

  answer(id: Id | undefined, result: Json): void {
    this.#settle(id, successText(id ?? null, result));
  }

  fail(id: Id | undefined, code: number, data: JsonObject = {}): void {
    this.#settle(id, failureText(id ?? null, { code, message: `error ${code}`, data: data as never }));
  }

  /** Answers with an error of the protocol's table. What is none is thrown: the script of the test is broken. */
  refuse(id: Id | undefined, error: unknown): void {
    if (!CallError.is(error)) throw error;
    // A notification is never answered.
    if (id !== undefined) this.#settle(id, failureText(id, error.toWire()));
  }

  notify(method: string, params: JsonObject): void {
    this.session.notify(method, params);
  }

  /** Ends the socket; with 1006 or 1013, like a cable that was cut, the session waits for its client. */
  drop(code = 1006, reason = ''): void {
    this.#end(code, reason, code !== 1006 && code !== 1013);
  }

  /** The client's `close`. Only 1000 says that it will not come back. */
  closed(code: number, reason: string): void {
    if (this.#over) return;
    this.closedByClient = { code, reason };
    queueMicrotask(() => this.#end(code, reason, code === 1000));
  }

  /** Runs something as soon as the next answer is sent. */
  afterAnswer(run: () => void): void {
    this.#afterAnswer = run;
  }

  /** Carries another session from here on, and tells it what its client missed. */
  carry(session: TestSession, missed: readonly string[]): void {
    this.session.finish();
    this.session = session;
    session.line = this;
    for (const text of missed) this.deliver(text);
  }

  /** Writes one message of the session. */
  deliver(text: string): void {
    if (!this.session.coalesce) this.#write(text);
    else if (this.#texts.push(text) === 1) queueMicrotask(() => this.#flush());
  }

  #settle(id: Id | undefined, text: string): void {
    if (id !== undefined) this.session.asked.delete(id);
    this.say(text);
    const run = this.#afterAnswer;
    this.#afterAnswer = undefined;
    run?.();
  }

  #end(code: number, reason: string, sessionIsOver: boolean): void {
    if (this.#over) return;
    if (sessionIsOver) this.#flush();
    this.#over = true;
    this.#onLost(this, sessionIsOver);
    this.#listener.onClose({ code, reason });
  }

  #flush(): void {
    const texts = this.#texts;
    this.#texts = [];
    const [only] = texts;
    if (only !== undefined) this.#write(texts.length === 1 ? only : `[${texts.join(',')}]`);
  }

  #write(text: string): void {
    if (!this.#over && !this.#stalled) this.#listener.onMessage(text);
  }
}
