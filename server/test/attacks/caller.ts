import type { JsonObject } from '@callsheet/protocol';
import { WebSocket } from 'ws';
import type { Target } from './target.ts';

/** An answer, whether good or not; read what the test is about. */
export interface Answer<R = JsonObject> {
  readonly id: unknown;
  readonly result: R;
  readonly error: {
    readonly code: number;
    readonly message: string;
    readonly data: JsonObject & { readonly name: string; readonly retryAfterMs: number };
  };
}

export interface Notice {
  readonly method: string;
  readonly params: JsonObject;
}

export interface Close {
  readonly code: number;
  readonly reason: string;
  /** When it was heard, milliseconds since the epoch. */
  readonly at: number;
}

export interface CallerOptions {
  /** Sent as a bearer. Without it the session is still to be opened. */
  readonly key?: string;
  /** The address it pretends to come from; one of its own otherwise. */
  readonly address?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client that sends whatever it is told to, and keeps answers, notifications and frames apart. */
export class Caller {
  readonly socket: WebSocket;
  /** Texts of all frames, in the order they came. */
  readonly frames: string[] = [];
  readonly closed: Promise<Close>;
  /** Rejects with the status when the upgrade is refused. */
  readonly opened: Promise<void>;
  readonly #waiting = new Map<unknown, (answer: Answer) => void>();
  readonly #strays: Answer[] = [];
  readonly #notices: Notice[] = [];
  #wake: (() => void)[] = [];
  #next = 1;

  constructor({ url }: Pick<Target, 'url'>, { key, address, headers = {} }: CallerOptions = {}) {
    this.socket = new WebSocket(url, {
      perMessageDeflate: false,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(address !== undefined && { 'x-forwarded-for': address }),
        ...headers,
      },
    });
    this.socket.on('message', (data) => this.#hear(String(data)));
    this.closed = new Promise((resolve) =>
      this.socket.on('close', (code, reason) => resolve({ code, reason: String(reason), at: Date.now() })),
    );
    this.opened = new Promise((resolve, reject) => {
      this.socket.on('open', () => resolve());
      this.socket.on('error', reject);
    });
    this.opened.catch(() => {});
  }

  /** An open session. */
  static async open(target: Pick<Target, 'url'>, options: CallerOptions): Promise<Caller> {
    const caller = new Caller(target, options);
    await caller.opened;
    return caller;
  }

  /** Rejects when the connection closes first. */
  async ask<R = JsonObject>(method: string, params: object = {}): Promise<Answer<R>> {
    const id = `ask-${this.#next++}`;
    const answer = this.answerTo<R>(id);
    this.send({ jsonrpc: '2.0', id, method, params });
    return answer;
  }

  call<R = JsonObject>(name: string, args: object = {}): Promise<Answer<{ structuredContent: R }>> {
    return this.ask('tools/call', { name, arguments: args });
  }

  /** The answer to something that is sent by other means. */
  answerTo<R = JsonObject>(id: unknown): Promise<Answer<R>> {
    const answer = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    const closed = this.closed.then(({ code, reason }) => {
      throw new Error(`closed with ${code} (${reason}) before an answer to ${JSON.stringify(id)}`);
    });
    closed.catch(() => {});
    return Promise.race([answer, closed]) as Promise<Answer<R>>;
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The next answer nobody waits for by id: to something that could not be read, for instance. */
  stray(): Promise<Answer> {
    return this.#nextOf(this.#strays);
  }

  /** The next notification. */
  notice(): Promise<Notice> {
    return this.#nextOf(this.#notices);
  }

  /** Ends the connection without a word. */
  cut(): void {
    this.socket.terminate();
  }

  async #nextOf<T>(queue: T[]): Promise<T> {
    for (;;) {
      const next = queue.shift();
      if (next !== undefined) return next;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  #hear(text: string): void {
    this.frames.push(text);
    const message: unknown = JSON.parse(text);
    for (const member of Array.isArray(message) ? message : [message]) this.#sort(member);
    const woken = this.#wake;
    this.#wake = [];
    for (const wake of woken) wake();
  }

  #sort(message: Answer & Notice): void {
    if (message.method !== undefined) this.#notices.push(message);
    else {
      const waiter = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (waiter === undefined) this.#strays.push(message);
      else waiter(message);
    }
  }
}
