import type { Id, Json, JsonObject, SessionOpenResult } from '@callsheet/protocol';
import { type CredentialKeeper, keepCredential } from './credential-keeper.ts';
import type { CredentialReason, PresentedCredential } from './credentials.ts';
import { ConnectionError, RpcClientError, TimeoutError } from './errors.ts';
import { type FrameWriter, frameWriter } from './frame-writer.ts';
import { type Keepalive, keepalive } from './keepalive.ts';
import { errorFromClose } from './link-end.ts';
import { presentCredential } from './present-credential.ts';
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
  /** Ends the link from this side, once; nothing is told any more. Resolves when the socket is gone. */
  close(code: number, reason: string): Promise<void>;
}

// Texts, so that they can never meet the id of a call, which is a number.
const OPEN_ID = 'open';
const PING_ID = 'ping';

/** Messages of one turn in one frame: with more, client and server take turns instead of working at once. */
const MOST_IN_FRAME = 32;

/** Of the protocol's codes the two a page may send: browsers allow 1000 and 3000–4999 only. */
const NORMAL = 1000;
const TIMEOUT = 4408;
const SILENCE = 'The gateway stopped answering';

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
  let keeper: CredentialKeeper | undefined;
  let over = false;
  // Messages of this session in either direction, over all its links.
  let sent = 0;
  let heard = 0;
  let gone: (() => void) | undefined;

  const stop = (): void => {
    over = true;
    timer.cancel();
    watch?.stop();
    keeper?.stop();
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

  const send = (text: string): number => {
    if (over || !writer) return 0;
    writer.write(text);
    return ++sent;
  };

  const begin = (answer: Json): void => {
    session = readSession(answer);
    if (!session) {
      refuse();
      return;
    }
    timer.cancel();
    ({ resumeToken } = answer as unknown as SessionOpenResult);
    if (session.resumed) {
      heard = wish?.lastSeq ?? 0;
      sent = session.received;
    }
    const { maxBatch, maxPayloadBytes, capabilities } = session;
    const { maxCalls = Infinity, maxBytes = Infinity } = (capabilities.coalesce && coalesce) || { maxCalls: 1 };
    writer = frameWriter(
      (frame) => socket?.send(frame),
      Math.min(maxCalls, maxBatch, MOST_IN_FRAME),
      Math.min(maxBytes, maxPayloadBytes),
    );
    watch = keepalive(
      settings,
      () => send(requestText(PING_ID, 'ping')),
      () => end(errorFromClose(TIMEOUT, SILENCE, true), TIMEOUT, SILENCE),
    );
    keeper = keepCredential(settings, { present, send, failed: listener.stale });
    keeper?.opened(session.expiresAt);
    listener.opened(session);
  };

  const present = (reason: CredentialReason): Promise<PresentedCredential | undefined> =>
    presentCredential(settings.auth, { ...settings, url, why: reason });

  const refuse = (): void => end(unreadable('the answer to session/open'));

  const take = (message: Message): void => {
    if (over) return;
    if (!session) {
      // Before the opening nothing else was asked, so an error without an id can only mean the opening.
      if (message.kind === 'success') begin(message.result);
      else if (message.kind === 'failure') end(errorFromWire(message.error));
      else if (message.kind === 'invalid') refuse();
      return;
    }
    if (++heard % ACKNOWLEDGE_EVERY === 0 && resumeToken) send(notificationText('session/ack', { seq: heard }));
    if ((message as { readonly id?: Id }).id === PING_ID) watch?.answered();
    else if (!keeper?.heard(message)) listener.message(message);
  };

  const dial = async (): Promise<void> => {
    try {
      const urls = await settings.urls();
      url = urls[turn % urls.length] ?? '';
      const auth = await present(why);
      if (over) return;
      socket = transport.connect(
        url,
        {
          onOpen() {
            if (over) return;
            const { name, resume } = settings;
            const { url: from, ...last } = wish ?? {};
            const params = {
              client: { name, version: VERSION },
              capabilities: { events: true, coalesce: !!coalesce, resume },
              auth: transport.sendsCredential && auth?.type !== 'ticket' ? undefined : auth,
              resume: from === url ? last : undefined,
            };
            socket?.send(requestText(OPEN_ID, 'session/open', params as JsonObject));
          },
          onMessage(text) {
            watch?.heard();
            try {
              read(text, take);
            } catch (cause) {
              // Whatever it was, the socket must not go on half read.
              end(
                new ConnectionError('CONNECTION_LOST', 'Cannot take what the gateway sent', { cause, retryable: true }),
              );
            }
          },
          onClose({ code, reason, cause }) {
            socket = undefined;
            end(errorFromClose(code, reason, !!session, cause), code, reason);
            gone?.();
          },
        },
        auth,
      );
    } catch (cause) {
      // Not the network's fault, which would be an `onClose`: what the application gave fails, or the platform refuses to
      // dial this.
      const fault = url ? `the platform refuses "${url}"` : 'the url function failed';
      const facts = { cause, retryable: !url };
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
    async close(code, reason) {
      writer?.flush();
      stop();
      const left =
        socket &&
        new Promise<void>((resolve) => {
          gone = resolve;
        });
      socket?.close(code, reason);
      await left;
    },
  };
}
