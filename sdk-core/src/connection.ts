import type { Message } from '@callsheet/protocol';
import { reconnectDelay } from './backoff.ts';
import type { ClientEvents } from './client-events.ts';
import type { Settings } from './client-options.ts';
import type { Timer } from './clock.ts';
import type { ConnectionState } from './connection-state.ts';
import type { Emitter } from './emitter.ts';
import { ConnectionError, type RpcClientError } from './errors.ts';
import { Link } from './link.ts';
import { isOverload, type LinkEnd } from './link-end.ts';
import type { Session } from './session.ts';

/** Who lives on the connection. */
export interface ConnectionListener {
  /** A session is open. */
  online(session: Session): void;
  message(message: Message): void;
  /** The session is gone, and there will be another one. Returns how many calls were waiting for an answer. */
  offline(cause: RpcClientError): number;
  /** There will be no session any more. Returns how many calls were waiting for an answer. */
  over(cause: RpcClientError): number;
}

/** A session that lived this long was a good one: the next loss starts counting attempts anew. Milliseconds. */
const STABLE_AFTER_MS = 1_000;

type Waiter = { resolve(session: Session): void; reject(error: RpcClientError): void };

/** Keeps one link alive: dials, dials again with growing random pauses, and says where it stands. */
export class Connection {
  readonly #settings: Settings;
  readonly #listener: ConnectionListener;
  readonly #events: Emitter<ClientEvents>;
  #state: ConnectionState = 'idle';
  #link: Link | undefined;
  #session: Session | undefined;
  #readyAt = 0;
  #attempt = 0;
  #pause: Timer | undefined;
  #waiters: Waiter[] = [];
  #over: RpcClientError | undefined;

  constructor(settings: Settings, events: Emitter<ClientEvents>, listener: ConnectionListener) {
    this.#settings = settings;
    this.#events = events;
    this.#listener = listener;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The open session, if there is one. */
  get session(): Session | undefined {
    return this.#session;
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
      if (this.#pause !== undefined) this.#dial();
    });
  }

  send(text: string): void {
    this.#link?.send(text);
  }

  /** From now on the state reads `draining`, whatever the link does. */
  drain(): void {
    if (this.#state !== 'closed') this.#become('draining');
  }

  /** Leaves this link for a new one, because the server is going away. */
  renew(reason: string): void {
    void this.#link?.close(1000, reason);
    const error = new ConnectionError('CONNECTION_LOST', `The connection was left: ${reason}`, { retryable: true });
    this.#lost({ error, code: 1000, reason, retry: true });
  }

  /** Ends everything. Resolves when the socket is gone. */
  close(code: number, reason: string, cause: RpcClientError): Promise<void> {
    const link = this.#link;
    this.#finish(cause);
    return link === undefined ? Promise.resolve() : link.close(code, reason);
  }

  #dial(): void {
    this.#pause?.cancel();
    this.#pause = undefined;
    this.#link = new Link(this.#settings, {
      opened: (session) => this.#opened(session),
      message: (message) => this.#listener.message(message),
      ended: (end) => this.#lost(end),
    });
  }

  // Events run foreign code, which may close the client at once; so they come after everything else was done.
  #opened(session: Session): void {
    this.#session = session;
    this.#readyAt = this.#settings.clock.now();
    for (const waiter of this.#takeWaiters()) waiter.resolve(session);
    this.#listener.online(session);
    if (this.#state !== 'draining') this.#become('ready');
    this.#events.emit('ready', session);
  }

  #lost(end: LinkEnd): void {
    const { clock } = this.#settings;
    const wasOpen = this.#session !== undefined;
    if (wasOpen && clock.now() - this.#readyAt >= STABLE_AFTER_MS) this.#attempt = 0;
    const attempt = ++this.#attempt;
    this.#link = undefined;
    this.#session = undefined;
    if (!this.#mayDialAgain(end, wasOpen)) this.#finish(end.error, wasOpen ? end : undefined);
    else if (this.#over === undefined) this.#dialLater(attempt, end, wasOpen);
  }

  #dialLater(attempt: number, end: LinkEnd, wasOpen: boolean): void {
    const { clock, random, reconnect } = this.#settings;
    const delay = reconnectDelay(attempt, reconnect || {}, random, isOverload(end.code));
    const delayMs = Math.max(delay, end.error.retryAfterMs ?? 0);
    this.#pause = clock.after(delayMs, () => this.#dial());
    for (const waiter of this.#takeWaiters()) waiter.reject(end.error);
    const pending = wasOpen ? this.#listener.offline(end.error) : 0;
    if (this.#state !== 'draining') this.#become('reconnecting');
    if (wasOpen) this.#events.emit('disconnect', { code: end.code, reason: end.reason, pending });
    if (this.#pause !== undefined) this.#events.emit('reconnecting', { attempt, delayMs, cause: end.error });
  }

  #mayDialAgain(end: LinkEnd, wasOpen: boolean): boolean {
    const { reconnect, auth } = this.#settings;
    if (reconnect === false || this.#attempt > (reconnect.maxAttempts ?? Infinity)) return false;
    // A key that was good and is refused now was rotated; a function may know the new one.
    const rotated = wasOpen && end.error.code === 'AUTH' && auth.type === 'apiKey' && typeof auth.apiKey === 'function';
    if (!end.retry && !rotated) return false;
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
    for (const waiter of this.#takeWaiters()) waiter.reject(cause);
    const pending = this.#listener.over(cause);
    this.#become('closed');
    if (lost !== undefined) this.#events.emit('disconnect', { code: lost.code, reason: lost.reason, pending });
  }

  #takeWaiters(): Waiter[] {
    const waiters = this.#waiters;
    this.#waiters = [];
    return waiters;
  }

  #become(to: ConnectionState): void {
    const from = this.#state;
    if (from === to) return;
    this.#state = to;
    this.#events.emit('state', { from, to });
  }
}
