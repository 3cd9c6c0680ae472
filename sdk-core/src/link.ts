import { type Message, parseFrame, requestText, type WireLimits } from '@callsheet/protocol';
import type { Settings } from './client-options.ts';
import type { Timer } from './clock.ts';
import { type PresentedCredential, presentCredential } from './credentials.ts';
import { ConnectionError, RpcClientError, TimeoutError } from './errors.ts';
import { FrameWriter } from './frame-writer.ts';
import { Keepalive } from './keepalive.ts';
import { endFromClose, endFromRefusal, type LinkEnd } from './link-end.ts';
import { readSession, type Session } from './session.ts';
import type { SocketListener, TransportSocket } from './transport.ts';
import { VERSION } from './version.ts';
import { errorFromWire } from './wire-errors.ts';

/** What a link tells its connection. */
export interface LinkListener {
  /** The session is open: calls may go out. */
  opened(session: Session): void;
  message(message: Message): void;
  /** Exactly once, unless `close` was called first. */
  ended(end: LinkEnd): void;
}

// Texts, so that they can never meet the id of a call, which is a number.
const OPEN_ID = 'open';
const PING_ID = 'ping';

/** Of the protocol's codes the two a page may send: browsers allow 1000 and 3000–4999 only. */
const NORMAL = 1000;
const TIMEOUT = 4408;

/** Answers may list more than a caller may send, so the gateway is read with wider bounds than it reads us. */
const INCOMING: WireLimits = {
  maxPayloadBytes: Number.MAX_SAFE_INTEGER,
  maxBatch: 100_000,
  maxDepth: 512,
  maxArrayItems: 5_000_000,
  maxIdLength: 256,
  maxMethodLength: 128,
};

/** One socket from dial to end: presents the credential, opens the session, keeps watch, carries messages. */
export class Link {
  readonly #settings: Settings;
  readonly #listener: LinkListener;
  readonly #connectTimer: Timer;
  readonly #gone: Promise<void>;
  #leave: () => void = () => undefined;
  #opened = false;
  #ended = false;
  #socket: TransportSocket | undefined;
  #keepalive: Keepalive | undefined;
  #writer: FrameWriter | undefined;

  constructor(settings: Settings, listener: LinkListener) {
    this.#settings = settings;
    this.#listener = listener;
    this.#gone = new Promise((resolve) => {
      this.#leave = resolve;
    });
    this.#connectTimer = settings.clock.after(settings.connectMs, () => this.#giveUpOpening());
    void this.#dial();
  }

  /** Sends one message; with others of this microtask turn in one frame where the server agreed to that. */
  send(text: string): void {
    if (this.#ended) return;
    if (this.#writer === undefined) this.#socket?.send(text);
    else this.#writer.write(text);
  }

  /** Ends the link from this side; nothing is told any more. Resolves when the socket is gone. */
  close(code: number, reason: string): Promise<void> {
    if (!this.#ended) {
      this.#writer?.flush();
      this.#stop();
    }
    this.#socket?.close(code, reason);
    return this.#gone;
  }

  async #dial(): Promise<void> {
    const { transport, url, auth } = this.#settings;
    let credential: PresentedCredential | undefined;
    try {
      credential = await presentCredential(auth, { url, why: 'connect', wallClock: Date.now });
    } catch (error) {
      this.#end(endFromRefusal(error as RpcClientError));
      return;
    }
    if (this.#ended) return;
    const listener: SocketListener = {
      onOpen: () => this.#open(transport.sendsCredential && credential?.type !== 'ticket' ? undefined : credential),
      onMessage: (text) => this.#receive(text),
      onClose: (info) => {
        this.#end(endFromClose(info, this.#opened));
        this.#leave();
      },
    };
    try {
      this.#socket = transport.connect(url, listener, credential);
    } catch (cause) {
      // Not the network's fault, which would be an `onClose`: the platform refuses to dial this address at all.
      this.#fail(`Cannot connect to "${url}"`, cause);
    }
  }

  #fail(sentence: string, cause: unknown): void {
    const error = new ConnectionError('CONNECT_FAILED', sentence, { cause });
    this.#end({ error, code: NORMAL, reason: sentence, retry: false });
  }

  #open(auth: PresentedCredential | undefined): void {
    if (this.#ended) return;
    const { name, coalesce } = this.#settings;
    const params = {
      ...(auth && { auth: { ...auth } }),
      client: { name, version: VERSION },
      capabilities: { events: true, ...(coalesce && { coalesce }) },
    };
    this.#socket?.send(requestText(OPEN_ID, 'session/open', params));
  }

  #receive(text: string): void {
    if (this.#ended) return;
    this.#keepalive?.heard();
    const frame = parseFrame(text, INCOMING);
    for (const message of frame.kind === 'single' ? [frame.message] : frame.messages) this.#take(message);
  }

  #take(message: Message): void {
    if (this.#ended) return;
    if (this.#opened) {
      if (!('id' in message) || message.id !== PING_ID) this.#listener.message(message);
    } else if (message.kind === 'success' && message.id === OPEN_ID) {
      this.#begin(readSession(message.result));
    } else if (message.kind === 'failure') {
      // Before the opening nothing else was asked, so an error without an id can only mean the opening.
      this.#refuse(errorFromWire(message.error));
    } else if (message.kind === 'invalid') {
      this.#refuse(notAGateway());
    }
  }

  #begin(session: Session | undefined): void {
    if (session === undefined) {
      this.#refuse(notAGateway());
      return;
    }
    const { clock, keepalive, coalesce } = this.#settings;
    this.#opened = true;
    this.#connectTimer.cancel();
    if (coalesce && session.capabilities.coalesce === true) {
      this.#writer = new FrameWriter((frame) => this.#socket?.send(frame), session);
    }
    this.#keepalive = new Keepalive(
      clock,
      keepalive,
      () => this.send(requestText(PING_ID, 'ping')),
      () => this.#giveUpSilence(),
    );
    this.#listener.opened(session);
  }

  #refuse(error: RpcClientError): void {
    this.#end(endFromRefusal(error));
    this.#socket?.close(NORMAL, 'The session was not opened');
  }

  #giveUpOpening(): void {
    const { url, connectMs } = this.#settings;
    const error = new TimeoutError('connect', `Cannot connect to "${url}": no session within ${connectMs} ms`, {
      retryable: true,
    });
    this.#end({ error, code: TIMEOUT, reason: error.message, retry: true });
    this.#socket?.close(TIMEOUT, 'No session in time');
  }

  #giveUpSilence(): void {
    this.#end(endFromClose({ code: TIMEOUT, reason: 'The gateway stopped answering' }, true));
    this.#socket?.close(TIMEOUT, 'No answer to ping');
  }

  #end(end: LinkEnd): void {
    if (this.#ended) return;
    this.#stop();
    this.#listener.ended(end);
  }

  #stop(): void {
    this.#ended = true;
    this.#connectTimer.cancel();
    this.#keepalive?.stop();
    if (this.#socket === undefined) this.#leave();
  }
}

function notAGateway(): RpcClientError {
  return new RpcClientError('PROTOCOL', 'Cannot read the answer to session/open; is this a Callsheet gateway?');
}
