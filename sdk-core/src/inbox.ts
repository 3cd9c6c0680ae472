import { isJsonObject, type JsonObject } from '@callsheet/protocol';
import type { Channel } from './channel.ts';
import type { ClientEvents } from './client-events.ts';
import type { Emitter } from './emitter.ts';
import type { Message } from './read-frame.ts';
import { errorFromWire, unreadable } from './wire-errors.ts';
import { failureText } from './write-message.ts';

/** Everyone a message can be for. */
export interface Inbox {
  readonly calls: Pick<Channel, 'answer' | 'onlyInFlight' | 'progress' | 'serverDrains' | 'toolOf'>;
  readonly events: Pick<Emitter<ClientEvents>, 'emit'>;
  /** Parameters of `events/event`. */
  event(params: JsonObject): void;
  send(text: string): void;
}

/** Hands one message of the server to the one it is for. */
export function deliver(message: Message, inbox: Inbox): void {
  const { calls, events } = inbox;
  if (message.kind === 'notification') {
    notify(message.method, isJsonObject(message.params) ? message.params : {}, inbox);
  } else if (message.kind === 'request') {
    const sentence = `This client serves no method "${message.method}"`;
    inbox.send(failureText(message.id, { code: -32601, message: sentence }));
  } else {
    const isFailure = message.kind === 'failure';
    // An error without an id can only be put on a call that is alone in flight; its neighbours would be settled wrongly.
    const id = isFailure && message.id === null ? calls.onlyInFlight() : message.id;
    const call = typeof id === 'number' ? id : undefined;
    if (message.kind === 'success') {
      if (call !== undefined) calls.answer(call, { ok: true, value: message.result });
      return;
    }
    const tool = call === undefined ? undefined : calls.toolOf(call);
    const error = isFailure ? errorFromWire(message.error, tool) : unreadable('a message');
    if (call !== undefined) calls.answer(call, { ok: false, error });
    else events.emit('error', error);
  }
}

function notify(method: string, params: JsonObject, { calls, events, event }: Inbox): void {
  if (method === 'notifications/progress') {
    const { progressToken, ...report } = params;
    if (typeof progressToken === 'number') calls.progress(progressToken, report);
  } else if (method === 'events/event') {
    event(params);
  } else {
    if (method === 'session/draining') calls.serverDrains();
    events.emit('notification', { method, params });
  }
}
