import type { Json, JsonObject, SessionOpenResult } from '@callsheet/protocol';
import type { LinkKeeper } from './credential-keeper.ts';
import type { CredentialReason } from './credentials.ts';
import { ConnectionError, RpcClientError, TimeoutError } from './errors.ts';
import { type FrameWriter, frameWriter } from './frame-writer.ts';
import { type Keepalive, keepalive } from './keepalive.ts';
import { errorFromClose } from './link-end.ts';
import { type Message, readFrame } from './read-frame.ts';
import { type ResumeWish, readSession, type Session } from './session.ts';
import type { ConnectionSettings } from './settings.ts';
import type { TransportSocket } from './transport.ts';
import { VERSION } from './version.ts';
import { errorFromWire, unreadable } from './wire-errors.ts';
import { notificationText, requestText } from './write-message.ts';

/** What a link tells its connection. */
export interface LinkListener {
  /** The session is open: calls may go out. */
  opened(session: Session): void;
  message(message: Message): void;
  /** Exactly once, unless `close` was called first. Where `error` is not `retryable`, every further dial would end the same way. */
  ended(error: RpcClientError, code: number, reason: string): void;
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

export interface Link {
  readonly url: string;
  /** What is needed to come back to this session; undefined when the server does not keep it. */
  readonly wish: ResumeWish | undefined;
  /** Bytes that were sent and have not left this process. */
  readonly bufferedBytes: number;
  /** Of the last question and its answer; 0 before. Milliseconds. */
  readonly rttMs: number;
  /**
   * Sends one message; with others of this microtask turn in one frame where the server agreed to that. Returns which one of the
   * session's messages it is, over all links of the session.
   */
  send(text: string): number;
  /** Asks now whether the other side is there. */
  probe(): void;
  /** Ends the link from this side; nothing is told any more. Resolves when the socket is gone. */
  close(code: number, reason: string): Promise<void>;
}

// Texts, so that they can never meet the id of a call, which is a number.
const OPEN_ID = 'open';
const PING_ID = 'ping';

/** Of the protocol's codes the two a page may send: browsers allow 1000 and 3000–4999 only. */
const NORMAL = 1000;
const TIMEOUT = 4408;

/** After so many messages the server is told that it may forget them. */
const ACKNOWLEDGE_EVERY = 256;

/** One socket from dial to end: presents the credential, opens or resumes the session, keeps watch, carries messages. */
export function dialLink(settings: ConnectionSettings, { turn, why, wish }: LinkTask, listener: LinkListener): Link {
  const { clock, coalesce, connectMs, transport, read = readFrame } = settings;
  let url = '';
  let socket: TransportSocket | undefined;
  let session: Session | undefined;
  let resumeToken: string | undefined;
  let writer: FrameWriter | undefined;
  let watch: Keepalive | undefined;
  let keeper: LinkKeeper | undefined;
  let over = false;
  // Messages of this session in either direction, over all its links.
  let sent = 0;
  let heard = 0;
  let leave: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });

  const stop = (): void => {
    over = true;
    timer.cancel();
    watch?.stop();
    keeper?.stop();
    if (socket === undefined) leave();
  };

  const end = (error: RpcClientError, code = NORMAL, reason = error.message): void => {
    if (over) return;
    stop();
    listener.ended(error, code, reason);
    socket?.close(code, 'given up');
  };

  const timer = clock.after(connectMs, () => {
    const sentence = `Cannot connect to "${url}": no session within ${connectMs} ms`;
    end(new TimeoutError('connect', sentence, { retryable: true }), TIMEOUT);
  });

  const present = (reason: CredentialReason): ReturnType<ConnectionSettings['present']> =>
    settings.present(url, reason);

  const send = (text: string): number => {
    if (over) return 0;
    if (writer === undefined) socket?.send(text);
    else writer.write(text);
    return ++sent;
  };

  const begin = (answer: Json): void => {
    session = readSession(answer);
    if (session === undefined) {
      end(unreadable('the answer to session/open'));
      return;
    }
    timer.cancel();
    ({ resumeToken } = answer as unknown as SessionOpenResult);
    if (session.resumed) {
      heard = wish?.lastSeq ?? 0;
      sent = session.received;
    }
    if (coalesce !== false && session.capabilities.coalesce === true) {
      const maxBatch = Math.min(coalesce.maxCalls, session.maxBatch);
      const maxPayloadBytes = Math.min(coalesce.maxBytes, session.maxPayloadBytes);
      writer = frameWriter((frame) => socket?.send(frame), { maxBatch, maxPayloadBytes });
    }
    watch = keepalive(
      clock,
      settings.keepalive,
      () => send(requestText(PING_ID, 'ping')),
      () => {
        const reason = 'The gateway stopped answering';
        end(errorFromClose({ code: TIMEOUT, reason }, true), TIMEOUT, reason);
      },
    );
    keeper = settings.keeper?.(settings, { present, send, failed: listener.stale });
    keeper?.opened(session.expiresAt);
    listener.opened(session);
  };

  const take = (message: Message): void => {
    if (over) return;
    if (session === undefined) {
      if (message.kind === 'success' && message.id === OPEN_ID) begin(message.result);
      // Before the opening nothing else was asked, so an error without an id can only mean the opening.
      else if (message.kind === 'failure') end(errorFromWire(message.error));
      else if (message.kind === 'invalid') end(unreadable('the answer to session/open'));
      return;
    }
    if (++heard % ACKNOWLEDGE_EVERY === 0 && resumeToken) send(notificationText('session/ack', { seq: heard }));
    if ('id' in message && message.id === PING_ID) watch?.answered();
    else if (!keeper?.heard(message)) listener.message(message);
  };

  const dial = async (): Promise<void> => {
    try {
      const urls = await settings.urls();
      url = urls[turn % urls.length] ?? '';
      const credential = await present(why);
      if (over) return;
      socket = transport.connect(
        url,
        {
          onOpen() {
            if (over) return;
            const { name, resume } = settings;
            const { url: from, ...rest } = wish ?? {};
            const params = {
              client: { name, version: VERSION },
              capabilities: { events: true, coalesce: coalesce !== false, resume },
              auth: transport.sendsCredential && credential?.type !== 'ticket' ? undefined : credential,
              resume: from === url ? rest : undefined,
            };
            socket?.send(requestText(OPEN_ID, 'session/open', params as JsonObject));
          },
          onMessage(text) {
            if (over) return;
            watch?.heard();
            read(text, take);
          },
          onClose(info) {
            socket = undefined;
            end(errorFromClose(info, session !== undefined), info.code, info.reason);
            leave();
          },
        },
        credential,
      );
    } catch (cause) {
      // Not the network's fault, which would be an `onClose`: what the application gave fails, or the platform refuses to dial this.
      const fault = url === '' ? 'the url function failed' : `the platform refuses "${url}"`;
      const facts = { cause, retryable: url === '' };
      end(RpcClientError.is(cause) ? cause : new ConnectionError('CONNECT_FAILED', `Cannot connect: ${fault}`, facts));
    }
  };
  void dial();

  return {
    get url() {
      return url;
    },
    get wish() {
      return session && resumeToken ? { url, sessionId: session.id, resumeToken, lastSeq: heard } : undefined;
    },
    get bufferedBytes() {
      return (socket?.bufferedBytes ?? 0) + (writer?.waiting ?? 0);
    },
    get rttMs() {
      return watch?.rttMs ?? 0;
    },
    send,
    probe: () => watch?.probe(),
    close(code, reason) {
      if (!over) {
        writer?.flush();
        stop();
      }
      socket?.close(code, reason);
      return gone;
    },
  };
}
