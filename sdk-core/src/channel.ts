import { isJsonObject } from '@callsheet/protocol';
import type { ClientEvents } from './client-events.ts';
import { type Connection, keepConnection } from './connection.ts';
import type { Emitter } from './emitter.ts';
import type { Engine } from './engine.ts';
import { RpcClientError } from './errors.ts';
import type { Outcome } from './invocation.ts';
import { labelOf, type PendingCall } from './pending-call.ts';
import type { ConnectionInfo } from './pool-strategies.ts';
import type { Message } from './read-frame.ts';
import { utf8Length } from './utf8-length.ts';
import { errorFromWire, unreadable } from './wire-errors.ts';
import { failureText, notificationText } from './write-message.ts';

/** One connection and the calls that are in flight on it. */
export interface Channel {
  readonly id: string;
  readonly connection: Connection;
  readonly inFlight: number;
  /** True while a session is open that takes new calls. */
  readonly open: boolean;
  /** When the last call ended, or it came online. */
  readonly idleSince: number;
  readonly info: ConnectionInfo;
  /** True when a call may be sent now. */
  hasRoom(): boolean;
  /** True while what was sent does not leave this process. */
  isCongested(): boolean;
  send(call: PendingCall): void;
  /** The caller does not wait for it any more. */
  giveUp(call: PendingCall, reason: string): void;
  /** Takes out the calls that fit. */
  take(fits?: (call: PendingCall) => boolean): PendingCall[];
  /** The session does not come back, for all they know: each call is sent again or ends. */
  lose(): void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** @param turn which of the addresses is dialled first */
export function openChannel(
  id: string,
  turn: number,
  engine: Engine,
  events: Pick<Emitter<ClientEvents>, 'emit'>,
): Channel {
  const { settings, parts, open: calls } = engine;
  const { clock, highWaterBytes, pool } = settings;
  let window = 0;
  /** While away: what the server is to be told when it is back. */
  let unsaid: string[] = [];
  let cause: RpcClientError | undefined;

  const mine = (): PendingCall[] => Object.values(calls.all).filter(({ channel }) => channel === self);

  const release = (call: PendingCall): void => {
    call.channel = undefined;
    if (--self.inFlight === 0) self.idleSince = clock.now();
  };

  const settled = (): void => {
    if (connection.session && !self.open && self.inFlight === 0) connection.renew('the gateway is going down');
    else engine.lines.room();
  };

  /** Undefined for a call that was given up meanwhile. */
  const answer = (call: PendingCall | undefined, outcome: Outcome): void => {
    if (call === undefined) return;
    release(call);
    engine.settle(call, outcome);
    settled();
  };

  const find = (id: unknown): PendingCall | undefined => {
    const call = typeof id === 'number' ? calls.all[id] : undefined;
    return call !== undefined && call.id === id && call.channel === self ? call : undefined;
  };

  /** No new calls for now. */
  const shut = (): void => {
    self.open = false;
    window = 0;
  };

  const away = (error: RpcClientError): number => {
    const pending = self.inFlight;
    cause = error;
    shut();
    return pending;
  };

  /** Hands one message of the server to the one it is for. */
  const message = (heard: Message): void => {
    if (heard.kind === 'success') answer(find(heard.id), { ok: true, value: heard.result });
    else if (heard.kind === 'notification') {
      const { method } = heard;
      const params = isJsonObject(heard.params) ? heard.params : {};
      if (method === 'notifications/progress') {
        const { progressToken, ...report } = params;
        const call = find(progressToken);
        if (call === undefined) return;
        call.heardAt = clock.now();
        call.sink.progress?.(report);
      } else if (method === 'events/event') parts.event(params);
      else {
        if (method === 'session/draining') {
          // What is in flight may finish, new calls wait for the next session.
          shut();
          calls.sooner();
          settled();
        }
        engine.events.emit('notification', { method, params });
      }
    } else if (heard.kind === 'request') {
      const error = { code: -32601, message: `This client serves no method "${heard.method}"` };
      connection.send(failureText(heard.id, error));
    } else {
      const isFailure = heard.kind === 'failure';
      // An error without an id can only be put on a call that is alone in flight; its neighbours would be settled wrongly.
      const isAlone = isFailure && heard.id === null && self.inFlight === 1;
      const call = isAlone ? mine()[0] : find(heard.id);
      const error = isFailure ? errorFromWire(heard.error, call?.call.tool) : unreadable('a message');
      // What this gateway says of the second try says nothing about the first.
      if (call?.isReplay) Object.assign(error, { maybeExecuted: true });
      answer(call, { ok: false, error });
      if (call === undefined && typeof heard.id !== 'number') engine.events.emit('error', error);
    }
  };

  const connection = keepConnection(
    settings,
    events,
    {
      message,
      online({ resumed, received, maxInFlight }) {
        self.open = true;
        self.idleSince = clock.now();
        window = Math.min(maxInFlight, pool.maxInFlight);
        if (resumed) {
          for (const call of mine()) if (call.ordinal > received) call.ordinal = connection.send(call.text);
          for (const text of unsaid) connection.send(text);
        } else self.lose();
        unsaid = [];
        engine.lines.online(self);
      },
      offline(error, resumable) {
        const pending = away(error);
        for (const call of mine()) call.waitingSince = clock.now();
        if (resumable) calls.sooner();
        else self.lose();
        engine.lines.offline(self, resumable);
        return pending;
      },
      failed: () => engine.lines.failed(self),
      over(error) {
        const pending = away(error);
        engine.lines.over(self, error);
        self.lose();
        // Others may take what was lost here.
        engine.pump();
        return pending;
      },
    },
    turn,
  );

  const self: Mutable<Channel> = {
    id,
    connection,
    inFlight: 0,
    open: false,
    idleSince: 0,
    get info() {
      const { url, state, bufferedBytes, rttMs } = connection;
      return { id, url, state, inFlight: self.inFlight, bufferedBytes, rttMs };
    },
    isCongested: () => connection.bufferedBytes >= highWaterBytes,
    hasRoom: () => self.inFlight < window && !self.isCongested(),
    take(fits = () => true) {
      const taken = mine().filter(fits);
      taken.forEach(release);
      return taken;
    },
    lose: () => engine.lost(self.take(), cause),
    send(call) {
      const { text } = call;
      const { notes } = call.call;
      const limit = connection.session?.maxPayloadBytes ?? Infinity;
      if (text.length * 3 > limit && utf8Length(text) > limit) {
        const sentence = `Cannot send ${labelOf(call.call)}: it takes ${utf8Length(text)} bytes, the gateway takes ${limit}`;
        const facts = { maybeExecuted: call.url !== undefined };
        const error = new RpcClientError('TOO_LARGE', `${sentence}; pass large media by URL or asset id`, facts);
        engine.settle(call, { ok: false, error });
        return;
      }
      self.inFlight++;
      call.channel = self;
      call.waitingSince = -1;
      call.url = connection.url;
      notes.attempts++;
      notes.connection = id;
      notes.requestId = String(call.id);
      call.ordinal = connection.send(text);
    },
    giveUp(call, reason) {
      const text = notificationText('notifications/cancelled', { requestId: call.id, reason });
      release(call);
      if (connection.session) connection.send(text);
      else unsaid.push(text);
      settled();
    },
  };
  return self;
}
