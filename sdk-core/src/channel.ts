import type { JsonObject } from '@callsheet/protocol';
import type { ClientEvents } from './client-events.ts';
import type { Timer } from './clock.ts';
import { Connection, type ConnectionListener } from './connection.ts';
import type { Emitter } from './emitter.ts';
import { RpcClientError } from './errors.ts';
import type { Outcome } from './invocation.ts';
import type { PendingCall } from './pending-call.ts';
import type { ConnectionInfo } from './pool-strategies.ts';
import type { Message } from './read-frame.ts';
import type { Session } from './session.ts';
import type { Settings } from './settings.ts';
import { utf8Length } from './utf8-length.ts';
import { notificationText } from './write-message.ts';

/** What a channel tells the rest of the engine. */
export interface ChannelKeeper {
  /** A session is open, and what was held is on its way again. */
  online(channel: Channel): void;
  message(channel: Channel, message: Message): void;
  /** There is room for more. */
  room(channel: Channel): void;
  /** The session is gone, with `resumable` perhaps for a moment only. */
  offline(channel: Channel, resumable: boolean): void;
  /** It is away, and one more dial failed. */
  failed(channel: Channel): void;
  /** Calls that were sent here and have no connection any more. */
  lost(calls: readonly PendingCall[], cause: RpcClientError | undefined): void;
  over(channel: Channel, cause: RpcClientError): void;
}

/** One connection and the calls that are in flight on it. */
export class Channel implements ConnectionListener {
  readonly id: string;
  readonly connection: Connection;
  readonly #settings: Settings;
  readonly #keeper: ChannelKeeper;
  readonly #inFlight = new Map<number, PendingCall>();
  #window = 0;
  #session: Session | undefined;
  #draining = false;
  /** While away: what the server is to be told when it is back. */
  #unsaid: string[] = [];
  #away: Timer | undefined;
  #cause: RpcClientError | undefined;
  /** When the last call ended, or it came online. */
  idleSince = 0;

  constructor(
    id: string,
    turn: number,
    settings: Settings,
    events: Pick<Emitter<ClientEvents>, 'emit'>,
    keeper: ChannelKeeper,
  ) {
    this.id = id;
    this.#settings = settings;
    this.#keeper = keeper;
    this.connection = new Connection(settings, events, this, turn);
  }

  get session(): Session | undefined {
    return this.#session;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** True while a session is open that takes new calls. */
  get open(): boolean {
    return this.#session !== undefined && !this.#draining;
  }

  get info(): ConnectionInfo {
    const { id, connection, inFlight } = this;
    const { url, state, bufferedBytes, rttMs } = connection;
    return { id, url, state, inFlight, bufferedBytes, rttMs };
  }

  /** True when a call may be sent now. */
  get hasRoom(): boolean {
    return this.#inFlight.size < this.#window && !this.congested;
  }

  /** True while what was sent does not leave this process. */
  get congested(): boolean {
    return this.connection.bufferedBytes >= this.#settings.highWaterBytes;
  }

  send(call: PendingCall): void {
    const { text } = call;
    const limit = this.#session?.maxPayloadBytes ?? Infinity;
    if (text.length * 3 > limit && utf8Length(text) > limit) {
      const sentence = `Cannot send ${call.label}: the message takes ${utf8Length(text)} bytes, the gateway takes ${limit}`;
      call.fail(new RpcClientError('TOO_LARGE', `${sentence}; pass large media by URL or asset id`));
      return;
    }
    this.#inFlight.set(call.id, call);
    call.channel = this;
    call.waitingSince = -1;
    call.url = this.connection.url;
    const { notes } = call.call;
    notes.attempts++;
    notes.connection = this.id;
    notes.requestId = String(call.id);
    call.ordinal = this.connection.send(text);
  }

  answer(id: number, outcome: Outcome): void {
    const call = this.#inFlight.get(id);
    // An answer to a call that was given up meanwhile.
    if (call === undefined) return;
    this.#inFlight.delete(id);
    call.settle(outcome);
    this.#settled();
  }

  /** The caller does not wait for it any more. False when it is not here. */
  giveUp({ id }: PendingCall, reason: string): boolean {
    if (!this.#inFlight.delete(id)) return false;
    const text = notificationText('notifications/cancelled', { requestId: id, reason });
    if (this.#session === undefined) this.#unsaid.push(text);
    else this.connection.send(text);
    this.#settled();
    return true;
  }

  /** Takes out the calls that fit. */
  take(fits: (call: PendingCall) => boolean): PendingCall[] {
    const taken = [...this.#inFlight.values()].filter(fits);
    for (const { id } of taken) this.#inFlight.delete(id);
    return taken;
  }

  /** The tool a call asked for, to name it in its error. */
  toolOf(id: number): string | undefined {
    return this.#inFlight.get(id)?.call.tool;
  }

  /** The call that is alone in flight: only it can be meant by an error without an id. */
  onlyInFlight(): number | undefined {
    const [id, second] = this.#inFlight.keys();
    return second === undefined ? id : undefined;
  }

  progress(id: number, params: JsonObject): void {
    this.#inFlight.get(id)?.progress(params, this.#settings.clock.now());
  }

  /** The server said it is going down: what is in flight may finish, new calls wait for the next session. */
  serverDrains(): void {
    this.#draining = true;
    this.#window = 0;
    this.#settled();
  }

  online(session: Session): void {
    this.#away?.cancel();
    this.#session = session;
    this.#draining = false;
    this.#window = Math.min(session.maxInFlight, this.#settings.pool.maxInFlight);
    this.idleSince = this.#settings.clock.now();
    const unsaid = this.#unsaid.splice(0);
    if (session.resumed) {
      for (const call of this.#inFlight.values()) {
        if (call.ordinal > session.received) call.ordinal = this.connection.send(call.text);
      }
      for (const text of unsaid) this.connection.send(text);
    } else this.#loseAll();
    this.#keeper.online(this);
  }

  message(message: Message): void {
    this.#keeper.message(this, message);
  }

  offline(cause: RpcClientError, resumable: boolean): number {
    const pending = this.#inFlight.size;
    const { clock, queue } = this.#settings;
    this.#session = undefined;
    this.#window = 0;
    this.#cause = cause;
    for (const call of this.#inFlight.values()) call.waitingSince = clock.now();
    if (resumable) this.#away = clock.after(queue.maxAgeMs, () => this.#loseAll());
    else this.#loseAll();
    this.#keeper.offline(this, resumable);
    return pending;
  }

  failed(): void {
    this.#keeper.failed(this);
  }

  over(cause: RpcClientError): number {
    const pending = this.#inFlight.size;
    this.#away?.cancel();
    this.#session = undefined;
    this.#window = 0;
    this.#cause = cause;
    this.#keeper.over(this, cause);
    this.#loseAll();
    return pending;
  }

  #loseAll(): void {
    const lost = this.take(() => true);
    if (lost.length > 0) this.#keeper.lost(lost, this.#cause);
  }

  #settled(): void {
    this.idleSince = this.#settings.clock.now();
    if (this.#draining && this.#session !== undefined && this.#inFlight.size === 0) {
      this.connection.renew('the gateway is going down');
    } else this.#keeper.room(this);
  }
}
