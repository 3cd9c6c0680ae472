import { isJsonObject, type JsonObject } from '@callsheet/protocol';
import type { Caller } from './caller.ts';
import type { Catalog } from './catalog.ts';
import type { ClientEvents } from './client-events.ts';
import type { Emitter } from './emitter.ts';
import type { Message } from './read-frame.ts';
import type { Subscriptions } from './subscriptions.ts';
import { errorFromWire, unreadable } from './wire-errors.ts';
import { failureText } from './write-message.ts';

/** Everyone a message can be for. */
export interface Inbox {
  readonly caller: Pick<Caller, 'answer' | 'onlyInFlight' | 'progress' | 'serverDrains' | 'toolOf'>;
  readonly subscriptions: Pick<Subscriptions, 'event'>;
  readonly catalog: Pick<Catalog, 'forget'>;
  readonly events: Pick<Emitter<ClientEvents>, 'emit'>;
  send(text: string): void;
}

/** Hands one message of the server to the one it is for. */
export function deliver(message: Message, inbox: Inbox): void {
  const { caller, events } = inbox;
  if (message.kind === 'notification') {
    notify(message.method, isJsonObject(message.params) ? message.params : {}, inbox);
  } else if (message.kind === 'request') {
    const sentence = `This client serves no method "${message.method}"`;
    inbox.send(failureText(message.id, { code: -32601, message: sentence }));
  } else {
    const isFailure = message.kind === 'failure';
    // An error without an id can only be put on a call that is alone in flight; its neighbours would be settled wrongly.
    const id = isFailure && message.id === null ? caller.onlyInFlight() : message.id;
    const call = typeof id === 'number' ? id : undefined;
    if (message.kind === 'success') {
      if (call !== undefined) caller.answer(call, { ok: true, value: message.result });
      return;
    }
    const tool = call === undefined ? undefined : caller.toolOf(call);
    const error = isFailure ? errorFromWire(message.error, tool) : unreadable('a message');
    if (call !== undefined) caller.answer(call, { ok: false, error });
    else events.emit('error', error);
  }
}

function notify(method: string, params: JsonObject, { caller, subscriptions, catalog, events }: Inbox): void {
  if (method === 'notifications/progress') {
    const { progressToken, ...report } = params;
    if (typeof progressToken === 'number') caller.progress(progressToken, report);
  } else if (method === 'events/event') {
    subscriptions.event(params);
  } else {
    if (method === 'session/draining') caller.serverDrains();
    if (method === 'tools/list_changed') catalog.forget();
    events.emit('notification', { method, params });
  }
}
