import { reconnectDelay } from './backoff.ts';
import type { ClientEvents } from './client-events.ts';
import type { Timer } from './clock.ts';
import type { ConnectionState } from './connection-state.ts';
import type { Emitter } from './emitter.ts';
import { ConnectionError, RpcClientError } from './errors.ts';
import { Link } from './link.ts';
import { isOverload, type LinkEnd } from './link-end.ts';
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

/** A session that lived this long was a good one: the next loss starts counting attempts anew. Milliseconds. */
const STABLE_AFTER_MS = 1_000;

/** A code any client may close with (WHATWG WebSockets §3.1) that is not a goodbye. */
const RESTING = 4000;

type Waiter = { resolve(session: Session): void; reject(error: RpcClientError): void };

/** Keeps one link alive: dials, dials again with growing random pauses, comes back to its session, says where it stands. */
export class Connection {
  readonly #settings: ConnectionSettings;
  readonly #listener: ConnectionListener;
  readonly #events: Pick<Emitter<ClientEvents>, 'emit'>;
  /** Which of the addresses: one that cannot be reached makes room for the next. */
  #turn: number;
  #state: ConnectionState = 'idle';
  #link: Link | undefined;
  #session: Session | undefined;
  #wish: ResumeWish | undefined;
  #readyAt = 0;
  #attempt = 0;
  #pause: Timer | undefined;
  #resting = false;
  /** The credential of the last dial was not taken. */
  #refused = false;
  #waiters: Waiter[] = [];
  #over: RpcClientError | undefined;

  /** @param turn which of the addresses is dialled first */
  constructor(
    settings: ConnectionSettings,
    events: Pick<Emitter<ClientEvents>, 'emit'>,
    listener: ConnectionListener,
    turn = 0,
  ) {
    this.#settings = settings;
    this.#events = events;
    this.#listener = listener;
    this.#turn = turn;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The open session, if there is one. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** Where it leads, or led when it was last dialled; empty before. */
  get url(): string {
    return this.#link?.url ?? this.#wish?.url ?? '';
  }

  get bufferedBytes(): number {
    return this.#link?.bufferedBytes ?? 0;
  }

  /** Of the last question and its answer; 0 before. Milliseconds. */
  get rttMs(): number {
    return this.#link?.rttMs ?? 0;
  }

  /** Dials if nothing was dialled yet. */
  wake(): void {
    if (this.#state !== 'idle') return;
    this.#become('connecting');
    this.#dial();
  }

  /** The session, or the failure of the dial that is under way. A pause between two dials is cut short. */
  ready(): Promise<Session> {
    if (this.#session !== undefined) return Promise.resolve(this.#session);
    if (this.#over !== undefined) return Promise.reject(this.#over);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.wake();
      this.probe();
    });
  }

  /** Finds out now whether there is a connection: dials instead of waiting, asks instead of trusting. */
  probe(): void {
    this.#resting = false;
    if (this.#pause !== undefined) this.#dial();
    else this.#link?.probe();
  }

  /** Lets go of the socket until somebody probes. */
  rest(): void {
    if (this.#link === undefined || this.#over !== undefined) return;
    this.#resting = true;
    this.#leave(RESTING, 'resting', this.#session !== undefined);
  }

  /** Sends a message on the open session. Returns which one it is, from 1. */
  send(text: string): number {
    return this.#link?.send(text) ?? 0;
  }

  /** From now on the state reads `draining`, whatever the link does. */
  drain(): void {
    if (this.#state !== 'closed') this.#become('draining');
  }

  /** Leaves this session for a new one, because the server is going away. */
  renew(reason: string): void {
    this.#leave(1000, reason, false);
  }

  /** Ends everything. Resolves when the socket is gone. */
  close(code: number, reason: string, cause: RpcClientError): Promise<void> {
    const link = this.#link;
    this.#finish(cause);
    return link?.close(code, reason) ?? Promise.resolve();
  }

  #leave(code: number, reason: string, resumable: boolean): void {
    const link = this.#link;
    const error = new ConnectionError('CONNECTION_LOST', `The connection was left: ${reason}`, { retryable: true });
    this.#lost({ error, code, reason, retry: true }, resumable);
    void link?.close(code, reason);
  }

  #dial(): void {
    this.#pause?.cancel();
    this.#pause = undefined;
    const why = this.#refused ? 'rejected' : 'connect';
    this.#link = new Link(
      this.#settings,
      { turn: this.#turn, why, wish: this.#wish },
      {
        opened: (session) => this.#opened(session),
        message: (message) => this.#listener.message(message),
        ended: (end) => this.#lost(end, true),
        stale: (error) => {
          if (RpcClientError.is(error)) this.#events.emit('error', error);
        },
      },
    );
  }

  // Events run foreign code, which may close the client at once; so they come after everything else was done.
  #opened(session: Session): void {
    this.#session = session;
    this.#wish = undefined;
    this.#refused = false;
    this.#readyAt = this.#settings.clock.now();
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(session);
    this.#listener.online(session);
    if (this.#state !== 'draining') this.#become('ready');
    this.#events.emit('ready', session);
  }

  #lost(end: LinkEnd, resumable: boolean): void {
    const wasOpen = this.#session !== undefined;
    if (wasOpen && this.#settings.clock.now() - this.#readyAt >= STABLE_AFTER_MS) this.#attempt = 0;
    const attempt = ++this.#attempt;
    if (wasOpen) this.#wish = resumable ? this.#link?.wish : undefined;
    else this.#turn++;
    const refusedTwice = this.#refused;
    this.#refused = end.error.code === 'AUTH';
    this.#link = undefined;
    this.#session = undefined;
    if (!this.#mayDialAgain(end, refusedTwice)) this.#finish(end.error, wasOpen ? end : undefined);
    else if (this.#over === undefined) this.#dialLater(attempt, end, wasOpen);
  }

  #dialLater(attempt: number, end: LinkEnd, wasOpen: boolean): void {
    const { clock, random, reconnect } = this.#settings;
    const delay = reconnectDelay(attempt, reconnect || {}, random, isOverload(end.code));
    const delayMs = Math.max(delay, end.error.retryAfterMs ?? 0);
    this.#pause = this.#resting ? { cancel: () => undefined } : clock.after(delayMs, () => this.#dial());
    for (const waiter of this.#waiters.splice(0)) waiter.reject(end.error);
    const pending = wasOpen ? this.#listener.offline(end.error, this.#wish !== undefined) : 0;
    if (!wasOpen) this.#listener.failed?.();
    if (this.#state !== 'draining') this.#become('reconnecting');
    if (wasOpen) this.#events.emit('disconnect', { code: end.code, reason: end.reason, pending });
    if (this.#pause !== undefined && !this.#resting) {
      this.#events.emit('reconnecting', { attempt, delayMs, cause: end.error });
    }
  }

  #mayDialAgain(end: LinkEnd, refusedTwice: boolean): boolean {
    const { reconnect, auth } = this.#settings;
    if (reconnect === false || this.#attempt > (reconnect.maxAttempts ?? Infinity)) return false;
    // A function may know a newer credential than the one that is refused.
    const renewable = this.#refused && !refusedTwice && Object.values(auth).some((part) => typeof part === 'function');
    if (!end.retry && !renewable) return false;
    const { code, reason } = end;
    return reconnect.shouldReconnect?.({ code, reason, attempt: this.#attempt }) ?? true;
  }

  #finish(cause: RpcClientError, lost?: LinkEnd): void {
    if (this.#over !== undefined) return;
    this.#over = cause;
    this.#pause?.cancel();
    this.#pause = undefined;
    this.#link = undefined;
    this.#session = undefined;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(cause);
    const pending = this.#listener.over(cause);
    this.#become('closed');
    if (lost !== undefined) this.#events.emit('disconnect', { code: lost.code, reason: lost.reason, pending });
  }

  #become(to: ConnectionState): void {
    const from = this.#state;
    if (from === to) return;
    this.#state = to;
    this.#events.emit('state', { from, to });
  }
}
