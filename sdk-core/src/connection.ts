import { reconnectDelay } from './backoff.ts';
import type { ClientEvents } from './client-events.ts';
import type { Timer } from './clock.ts';
import type { ConnectionState } from './connection-state.ts';
import { isRenewable } from './credentials.ts';
import type { Emitter } from './emitter.ts';
import { ConnectionError, RpcClientError } from './errors.ts';
import { dialLink, type Link } from './link.ts';
import { isOverload } from './link-end.ts';
import type { Message } from './read-frame.ts';
import type { ResumeWish, Session } from './session.ts';
import type { ConnectionSettings } from './settings.ts';

/** Who lives on the connection. */
export interface ConnectionListener {
  /** A session is open: a new one, or with `resumed` the one that was lost. */
  online(session: Session): void;
  message(message: Message): void;
  /**
   * The connection is gone, and there will be another one; the session may come back with it when `resumable`. Returns how many
   * calls were waiting for an answer.
   */
  offline(cause: RpcClientError, resumable: boolean): number;
  /** There will be no session any more. Returns how many calls were waiting for an answer. */
  over(cause: RpcClientError): number;
  /** One more dial failed. */
  failed?(): void;
}

/** Keeps one link alive: dials, dials again with growing random pauses, comes back to its session, says where it stands. */
export interface Connection {
  readonly state: ConnectionState;
  /** The open session, if there is one. */
  readonly session: Session | undefined;
  /** Where it leads, or led when it was last dialled; empty before. */
  readonly url: string;
  readonly bufferedBytes: number;
  /** Of the last question and its answer; 0 before. Milliseconds. */
  readonly rttMs: number;
  /** Dials if nothing was dialled yet. */
  wake(): void;
  /** The session, or the failure of the dial that is under way. A pause between two dials is cut short. */
  ready(): Promise<Session>;
  /** Finds out now whether there is a connection: dials instead of waiting, asks instead of trusting. */
  probe(): void;
  /** Lets go of the socket until somebody probes. */
  rest(): void;
  /** Sends a message on the open session. Returns which one it is, from 1. */
  send(text: string): number;
  /** Leaves this session for a new one, because the server is going away. */
  renew(reason: string): void;
  /** Ends everything. Resolves when the socket is gone. */
  close(code: number, reason: string, cause: RpcClientError): Promise<void>;
}

/** A session that lived this long was a good one: the next loss starts counting attempts anew. Milliseconds. */
const STABLE_AFTER_MS = 1_000;

/** A code any client may close with (WHATWG WebSockets §3.1) that is not a goodbye. */
const RESTING = 4000;

/** A dial that takes longer may be stuck on a wire that is dead: when somebody wakes us up, another one may be faster. Milliseconds. */
const STUCK_MS = 1_000;

/** In place of a pause that has no end. */
const ASLEEP: Timer = { cancel: () => undefined };

/**
 * A connection of which nothing is dialled yet.
 *
 * @param turn which of the addresses is dialled first: one that cannot be reached makes room for the next
 */
export function keepConnection(
  settings: ConnectionSettings,
  events: Pick<Emitter<ClientEvents>, 'emit'>,
  listener: ConnectionListener,
  turn = 0,
): Connection {
  const { clock, random, reconnect, auth } = settings;
  let state: ConnectionState = 'idle';
  let link: Link | undefined;
  let session: Session | undefined;
  let wish: ResumeWish | undefined;
  let readyAt = 0;
  let dialledAt = 0;
  let attempt = 0;
  let pause: Timer | undefined;
  let isResting = false;
  /** The credential of the last dial was not taken. */
  let isRefused = false;
  let over: RpcClientError | undefined;
  const waiting: ((failure?: RpcClientError) => void)[] = [];

  const become = (to: ConnectionState): void => {
    const from = state;
    if (from === to || from === 'closed') return;
    state = to;
    events.emit('state', { from, to });
  };

  const tell = (failure?: RpcClientError): void => {
    for (const waiter of waiting.splice(0)) waiter(failure);
  };

  const dial = (): void => {
    pause?.cancel();
    pause = undefined;
    dialledAt = clock.now();
    const task = { turn, why: isRefused ? 'rejected' : 'connect', wish } as const;
    link = dialLink(settings, task, {
      // Events run foreign code, which may close the client at once; so they come after everything else was done.
      opened(opened) {
        session = opened;
        wish = undefined;
        isRefused = false;
        readyAt = clock.now();
        tell();
        listener.online(opened);
        become('ready');
        events.emit('ready', opened);
      },
      message: (message) => listener.message(message),
      ended: (error, code, reason) => lost(error, code, reason, true),
      stale(error) {
        if (RpcClientError.is(error)) events.emit('error', error);
      },
    });
  };

  const lost = (cause: RpcClientError, code: number, reason: string, resumable: boolean): void => {
    const wasOpen = session !== undefined;
    if (!wasOpen) turn++;
    else {
      if (clock.now() - readyAt >= STABLE_AFTER_MS) attempt = 0;
      wish = resumable ? link?.wish : undefined;
    }
    attempt++;
    const wasRefused = isRefused;
    isRefused = cause.code === 'AUTH';
    link = session = undefined;
    const mayHelp = cause.retryable || (isRefused && !wasRefused && isRenewable(auth));
    let again = reconnect && attempt <= (reconnect.maxAttempts ?? Infinity) && mayHelp ? reconnect : undefined;
    try {
      if (again?.shouldReconnect?.({ code, reason, attempt }) === false) again = undefined;
    } catch (thrown) {
      again = undefined;
      cause = new ConnectionError('CONNECT_FAILED', 'Cannot reconnect: shouldReconnect failed', { cause: thrown });
    }
    if (over) return;
    let pending = 0;
    let delayMs = 0;
    if (!again) pending = finish(cause);
    else {
      delayMs = Math.max(reconnectDelay(attempt, again, random, isOverload(code)), cause.retryAfterMs ?? 0);
      pause = isResting ? ASLEEP : clock.after(delayMs, dial);
      tell(cause);
      if (wasOpen) pending = listener.offline(cause, !!wish);
      else listener.failed?.();
      become('reconnecting');
    }
    if (wasOpen) events.emit('disconnect', { code, reason, pending });
    if (pause && !isResting) events.emit('reconnecting', { attempt, delayMs, cause });
  };

  /** Returns how many calls were waiting for an answer. */
  const finish = (cause: RpcClientError): number => {
    if (over) return 0;
    over = cause;
    pause?.cancel();
    pause = link = session = undefined;
    tell(cause);
    const pending = listener.over(cause);
    become('closed');
    return pending;
  };

  const leave = (code: number, reason: string, resumable: boolean): void => {
    const left = link;
    const sentence = `The connection was left: ${reason}`;
    lost(new ConnectionError('CONNECTION_LOST', sentence, { retryable: true }), code, reason, resumable);
    void left?.close(code, reason);
  };

  const self: Connection = {
    get state() {
      return state;
    },
    get session() {
      return session;
    },
    get url() {
      return link?.url ?? wish?.url ?? '';
    },
    get bufferedBytes() {
      return link?.bufferedBytes ?? 0;
    },
    get rttMs() {
      return link?.rttMs ?? 0;
    },
    wake() {
      if (state !== 'idle') return;
      become('connecting');
      dial();
    },
    ready: () =>
      new Promise((resolve, reject) => {
        if (over) return reject(over);
        if (session) return resolve(session);
        waiting.push((failure) => (session ? resolve(session) : reject(failure)));
        isResting = false;
        self.wake();
        if (pause) dial();
      }),
    probe() {
      isResting = false;
      if (link && !session && clock.now() - dialledAt > STUCK_MS) {
        void link.close(RESTING, 'dialled anew');
        dial();
      } else if (pause) dial();
      else link?.probe();
    },
    rest() {
      if (!link) return;
      isResting = true;
      leave(RESTING, 'resting', true);
    },
    send: (text) => link?.send(text) ?? 0,
    renew: (reason) => leave(1000, reason, false),
    async close(code, reason, cause) {
      const last = link;
      finish(cause);
      await last?.close(code, reason);
    },
  };
  return self;
}
