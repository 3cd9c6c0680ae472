import { isJsonObject } from '@callsheet/protocol';
import type { ClientEvents } from './client-events.ts';
import type { Timer } from './clock.ts';
import { type Connection, keepConnection } from './connection.ts';
import type { Emitter } from './emitter.ts';
import type { Engine } from './engine.ts';
import { RpcClientError } from './errors.ts';
import type { Outcome } from './invocation.ts';
import { labelOf, type PendingCall } from './pending-call.ts';
import type { ConnectionInfo } from './pool-strategies.ts';
import type { Message } from './read-frame.ts';
import type { Session } from './session.ts';
import { utf8Length } from './utf8-length.ts';
import { errorFromWire, unreadable } from './wire-errors.ts';
import { failureText, notificationText } from './write-message.ts';

/** One connection and the calls that are in flight on it. */
export interface Channel {
  readonly id: string;
  readonly connection: Connection;
  readonly session: Session | undefined;
  readonly inFlight: number;
  /** True while a session is open that takes new calls. */
  readonly open: boolean;
  /** True when a call may be sent now. */
  readonly hasRoom: boolean;
  /** True while what was sent does not leave this process. */
  readonly congested: boolean;
  /** When the last call ended, or it came online. */
  readonly idleSince: number;
  readonly info: ConnectionInfo;
  send(call: PendingCall): void;
  /** The caller does not wait for it any more. False when it is not here. */
  giveUp(call: PendingCall, reason: string): boolean;
  /** Takes out the calls that fit. */
  take(fits?: (call: PendingCall) => boolean): PendingCall[];
}

/** @param turn which of the addresses is dialled first */
export function openChannel(
  id: string,
  turn: number,
  engine: Engine,
  events: Pick<Emitter<ClientEvents>, 'emit'>,
): Channel {
  const { settings, parts } = engine;
  const { clock, queue, highWaterBytes } = settings;
  const inFlight = new Map<unknown, PendingCall>();
  let session: Session | undefined;
  let window = 0;
  let draining = false;
  /** While away: what the server is to be told when it is back. */
  let unsaid: string[] = [];
  let away: Timer | undefined;
  let cause: RpcClientError | undefined;
  let idleSince = 0;

  const loseAll = (): void => engine.lost(take(), cause);

  const take = (fits?: (call: PendingCall) => boolean): PendingCall[] => {
    const taken: PendingCall[] = [];
    for (const call of inFlight.values()) {
      if (fits?.(call) === false) continue;
      taken.push(call);
      inFlight.delete(call.id);
    }
    return taken;
  };

  const settled = (): void => {
    idleSince = clock.now();
    if (draining && session !== undefined && inFlight.size === 0) connection.renew('the gateway is going down');
    else engine.lines.room();
  };

  const close = (error: RpcClientError): void => {
    session = undefined;
    window = 0;
    cause = error;
    away?.cancel();
  };

  /** Undefined for a call that was given up meanwhile. */
  const answer = (call: PendingCall | undefined, outcome: Outcome): void => {
    if (call === undefined) return;
    inFlight.delete(call.id);
    engine.settle(call, outcome);
    settled();
  };

  /** Hands one message of the server to the one it is for. */
  const message = (heard: Message): void => {
    if (heard.kind === 'success') answer(inFlight.get(heard.id), { ok: true, value: heard.result });
    else if (heard.kind === 'notification') {
      const { method } = heard;
      const params = isJsonObject(heard.params) ? heard.params : {};
      if (method === 'notifications/progress') {
        const { progressToken, ...report } = params;
        const call = inFlight.get(progressToken);
        if (call === undefined) return;
        call.heardAt = clock.now();
        call.sink.progress?.(report);
      } else if (method === 'events/event') parts.event?.(params);
      else {
        if (method === 'session/draining') {
          // What is in flight may finish, new calls wait for the next session.
          draining = true;
          window = 0;
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
      const [id] = isFailure && heard.id === null && inFlight.size === 1 ? inFlight.keys() : [heard.id];
      const call = inFlight.get(id);
      const error = isFailure ? errorFromWire(heard.error, call?.call.tool) : unreadable('a message');
      answer(call, { ok: false, error });
      if (typeof id !== 'number') engine.events.emit('error', error);
    }
  };

  const connection = keepConnection(
    settings,
    events,
    {
      message,
      online(opened) {
        away?.cancel();
        session = opened;
        draining = false;
        window = Math.min(opened.maxInFlight, settings.pool.maxInFlight);
        idleSince = clock.now();
        if (opened.resumed) {
          for (const call of inFlight.values()) {
            if (call.ordinal > opened.received) call.ordinal = connection.send(call.text);
          }
          for (const text of unsaid) connection.send(text);
        } else loseAll();
        unsaid = [];
        engine.lines.online(self);
      },
      offline(error, resumable) {
        const pending = inFlight.size;
        close(error);
        for (const call of inFlight.values()) call.waitingSince = clock.now();
        if (resumable) away = clock.after(queue.maxAgeMs, loseAll);
        else loseAll();
        engine.lines.offline(self, resumable);
        return pending;
      },
      failed: () => engine.lines.failed(self),
      over(error) {
        const pending = inFlight.size;
        close(error);
        engine.lines.over(self, error);
        loseAll();
        return pending;
      },
    },
    turn,
  );

  const self: Channel = {
    id,
    connection,
    take,
    get session() {
      return session;
    },
    get inFlight() {
      return inFlight.size;
    },
    get open() {
      return session !== undefined && !draining;
    },
    get congested() {
      return connection.bufferedBytes >= highWaterBytes;
    },
    get hasRoom() {
      return inFlight.size < window && !self.congested;
    },
    get idleSince() {
      return idleSince;
    },
    get info() {
      const { url, state, bufferedBytes, rttMs } = connection;
      return { id, url, state, inFlight: inFlight.size, bufferedBytes, rttMs };
    },
    send(call) {
      const { text } = call;
      const { notes } = call.call;
      const limit = session?.maxPayloadBytes ?? Infinity;
      if (text.length * 3 > limit && utf8Length(text) > limit) {
        const sentence = `Cannot send ${labelOf(call.call)}: it takes ${utf8Length(text)} bytes, the gateway takes ${limit}`;
        const error = new RpcClientError('TOO_LARGE', `${sentence}; pass large media by URL or asset id`);
        engine.settle(call, { ok: false, error });
        return;
      }
      inFlight.set(call.id, call);
      call.channel = self;
      call.waitingSince = -1;
      call.url = connection.url;
      notes.attempts++;
      notes.connection = id;
      notes.requestId = String(call.id);
      call.ordinal = connection.send(text);
    },
    giveUp({ id: requestId }, reason) {
      if (!inFlight.delete(requestId)) return false;
      const text = notificationText('notifications/cancelled', { requestId, reason });
      if (session === undefined) unsaid.push(text);
      else connection.send(text);
      settled();
      return true;
    },
  };
  return self;
}
