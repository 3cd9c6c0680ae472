import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import type { Timer } from './clock.ts';
import { CredentialKeeper } from './credential-keeper.ts';
import { type CredentialReason, type PresentedCredential, presentCredential, refreshBeforeMs } from './credentials.ts';
import { ConnectionError, RpcClientError, TimeoutError } from './errors.ts';
import { FrameWriter } from './frame-writer.ts';
import { Keepalive } from './keepalive.ts';
import { endFromClose, endFromRefusal, type LinkEnd } from './link-end.ts';
import { type Message, readFrame } from './read-frame.ts';
import { type ResumeWish, readSession, type Session } from './session.ts';
import type { ConnectionSettings } from './settings.ts';
import type { TransportSocket } from './transport.ts';
import { VERSION } from './version.ts';
import { errorFromWire } from './wire-errors.ts';
import { notificationText, requestText } from './write-message.ts';

/** What a link tells its connection. */
export interface LinkListener {
  /** The session is open: calls may go out. */
  opened(session: Session): void;
  message(message: Message): void;
  /** Exactly once, unless `close` was called first. */
  ended(end: LinkEnd): void;
  /** A newer credential could not be had; it is tried again. */
  stale(error: unknown): void;
}

/** What a link is made for. */
export interface LinkTask {
  /** Which of the addresses. */
  readonly turn: number;
  readonly why: CredentialReason;
  readonly wish: ResumeWish | undefined;
}

// Texts, so that they can never meet the id of a call, which is a number.
const OPEN_ID = 'open';
const PING_ID = 'ping';
const REFRESH_ID = 'refresh';

/** Of the protocol's codes the two a page may send: browsers allow 1000 and 3000–4999 only. */
const NORMAL = 1000;
const TIMEOUT = 4408;

/** After so many messages the server is told that it may forget them. */
const ACKNOWLEDGE_EVERY = 256;

/** One socket from dial to end: presents the credential, opens or resumes the session, keeps watch, carries messages. */
export class Link {
  readonly #settings: ConnectionSettings;
  readonly #task: LinkTask;
  readonly #listener: LinkListener;
  readonly #connectTimer: Timer;
  readonly #gone: Promise<void>;
  #leave: () => void = () => undefined;
  #session: Session | undefined;
  #resumeToken: string | undefined;
  #ended = false;
  #socket: TransportSocket | undefined;
  #keepalive: Keepalive | undefined;
  #keeper: CredentialKeeper | undefined;
  #refreshed: ((outcome: Json | RpcClientError) => void) | undefined;
  #writer: FrameWriter | undefined;
  /** Messages of this session in either direction, over all its links. */
  #sent = 0;
  #heard = 0;
  url = '';

  constructor(settings: ConnectionSettings, task: LinkTask, listener: LinkListener) {
    this.#settings = settings;
    this.#task = task;
    this.#listener = listener;
    this.#gone = new Promise((resolve) => {
      this.#leave = resolve;
    });
    this.#connectTimer = settings.clock.after(settings.connectMs, () => this.#giveUpOpening());
    void this.#dial();
  }

  /** What is needed to come back to this session; undefined when the server does not keep it. */
  get wish(): ResumeWish | undefined {
    const [session, resumeToken] = [this.#session, this.#resumeToken];
    if (session === undefined || resumeToken === undefined) return undefined;
    return { url: this.url, sessionId: session.id, resumeToken, lastSeq: this.#heard };
  }

  /** Bytes that were sent and have not left this process. */
  get bufferedBytes(): number {
    return (this.#socket?.bufferedBytes ?? 0) + (this.#writer?.waiting ?? 0);
  }

  get rttMs(): number {
    return this.#keepalive?.rttMs ?? 0;
  }

  /** Sends one message; with others of this microtask turn in one frame where the server agreed to that. */
  send(text: string): number {
    if (this.#ended) return 0;
    if (this.#writer === undefined) this.#socket?.send(text);
    else this.#writer.write(text);
    return ++this.#sent;
  }

  /** Asks now whether the other side is there. */
  probe(): void {
    this.#keepalive?.probe();
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
    const { transport, urls, auth } = this.#settings;
    let credential: PresentedCredential | undefined;
    try {
      const list = await urls();
      this.url = list[this.#task.turn % list.length] ?? '';
      credential = await this.#present(this.#task.why);
    } catch (error) {
      this.#end(endFromRefusal(RpcClientError.is(error) ? error : cannotDial('the url function failed', error, true)));
      return;
    }
    if (this.#ended) return;
    try {
      this.#socket = transport.connect(
        this.url,
        {
          onOpen: () => this.#open(transport.sendsCredential && auth.type !== 'ticket' ? undefined : credential),
          onMessage: (text) => this.#receive(text),
          onClose: (info) => {
            this.#end(endFromClose(info, this.#session !== undefined));
            this.#leave();
          },
        },
        credential,
      );
    } catch (cause) {
      // Not the network's fault, which would be an `onClose`: the platform refuses to dial this address at all.
      this.#end(endFromRefusal(cannotDial(`the platform refuses "${this.url}"`, cause, false)));
    }
  }

  #present(why: CredentialReason): Promise<PresentedCredential | undefined> {
    const { auth, signer, wallClock } = this.#settings;
    return presentCredential(auth, { url: this.url, why, signer, wallClock });
  }

  #open(auth: PresentedCredential | undefined): void {
    if (this.#ended) return;
    const { name, coalesce, resume } = this.#settings;
    const { wish } = this.#task;
    const params: { -readonly [K in string]: Json } = {
      client: { name, version: VERSION },
      capabilities: { events: true, coalesce: coalesce !== false, resume },
    };
    if (auth !== undefined) params.auth = { ...auth };
    if (wish !== undefined && wish.url === this.url) {
      const { sessionId, resumeToken, lastSeq } = wish;
      params.resume = { sessionId, resumeToken, lastSeq };
    }
    this.#socket?.send(requestText(OPEN_ID, 'session/open', params));
  }

  #receive(text: string): void {
    if (this.#ended) return;
    this.#keepalive?.heard();
    const { read = readFrame } = this.#settings;
    read(text, (message) => this.#take(message));
  }

  #take(message: Message): void {
    if (this.#ended) return;
    if (this.#session === undefined) {
      if (message.kind === 'success' && message.id === OPEN_ID) this.#begin(message.result);
      // Before the opening nothing else was asked, so an error without an id can only mean the opening.
      else if (message.kind === 'failure') this.#refuse(errorFromWire(message.error));
      else if (message.kind === 'invalid') this.#refuse(notAGateway());
      return;
    }
    if (++this.#heard % ACKNOWLEDGE_EVERY === 0 && this.#resumeToken !== undefined) {
      this.send(notificationText('session/ack', { seq: this.#heard }));
    }
    if ('id' in message && typeof message.id === 'string') this.#answer(message);
    else {
      if (message.kind === 'notification' && message.method === 'session/expiring') this.#keeper?.expiring();
      this.#listener.message(message);
    }
  }

  /** Of a question of our own; whatever else has a text for an id is for the listener. */
  #answer(message: Message & { readonly id: unknown }): void {
    if (message.id === PING_ID) this.#keepalive?.answered();
    else if (message.id !== REFRESH_ID) this.#listener.message(message);
    else if (message.kind === 'success') this.#refreshed?.(message.result);
    else if (message.kind === 'failure') this.#refreshed?.(errorFromWire(message.error));
  }

  #begin(answer: Json): void {
    const session = readSession(answer);
    if (session === undefined) {
      this.#refuse(notAGateway());
      return;
    }
    const { clock, keepalive, coalesce } = this.#settings;
    const { resumeToken } = answer as JsonObject;
    this.#session = session;
    this.#resumeToken = typeof resumeToken === 'string' ? resumeToken : undefined;
    this.#connectTimer.cancel();
    if (session.resumed) {
      this.#heard = this.#task.wish?.lastSeq ?? 0;
      this.#sent = session.received;
    }
    if (coalesce !== false && session.capabilities.coalesce === true) {
      this.#writer = new FrameWriter((frame) => this.#socket?.send(frame), {
        maxBatch: Math.min(coalesce.maxCalls, session.maxBatch),
        maxPayloadBytes: Math.min(coalesce.maxBytes, session.maxPayloadBytes),
      });
    }
    this.#keepalive = new Keepalive(
      clock,
      keepalive,
      () => this.send(requestText(PING_ID, 'ping')),
      () => this.#giveUpSilence(),
    );
    this.#keep(session);
    this.#listener.opened(session);
  }

  /** Sees to it that the credential is replaced before it ends, where it can be. */
  #keep(session: Session): void {
    const { clock, wallClock, random, auth } = this.#settings;
    const before = refreshBeforeMs(auth);
    if (before === undefined) return;
    this.#keeper = new CredentialKeeper({
      clock,
      wallClock,
      random,
      refreshBeforeMs: before,
      present: (why) => this.#present(why),
      refresh: (credential) => this.#refresh(credential),
      failed: (error) => this.#listener.stale(error),
    });
    this.#keeper.opened(session.expiresAt);
  }

  #refresh(credential: PresentedCredential): Promise<{ readonly expiresAt?: string }> {
    return new Promise((resolve, reject) => {
      this.#refreshed = (outcome) => {
        if (RpcClientError.is(outcome)) reject(outcome);
        else if (isJsonObject(outcome) && typeof outcome.expiresAt === 'string')
          resolve({ expiresAt: outcome.expiresAt });
        else resolve({});
      };
      this.send(requestText(REFRESH_ID, 'session/refresh', { auth: { ...credential } }));
    });
  }

  #refuse(error: RpcClientError): void {
    this.#end(endFromRefusal(error));
    this.#socket?.close(NORMAL, 'The session was not opened');
  }

  #giveUpOpening(): void {
    const sentence = `Cannot connect to "${this.url}": no session within ${this.#settings.connectMs} ms`;
    const error = new TimeoutError('connect', sentence, { retryable: true });
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
    this.#keeper?.stop();
    if (this.#socket === undefined) this.#leave();
  }
}

function cannotDial(why: string, cause: unknown, retryable: boolean): ConnectionError {
  return new ConnectionError('CONNECT_FAILED', `Cannot connect: ${why}`, { cause, retryable });
}

function notAGateway(): RpcClientError {
  return new RpcClientError('PROTOCOL', 'Cannot read the answer to session/open; is this a Callsheet gateway?');
}
