import {
  CallError,
  type FailureMessage,
  failureText,
  type InvalidMessage,
  isJsonObject,
  type JsonObject,
  type Message,
} from '@callsheet/protocol';
import type { Caller } from './caller.ts';
import type { ClientEvents } from './client-events.ts';
import type { Emitter } from './emitter.ts';
import { RpcClientError } from './errors.ts';
import type { Subscriptions } from './subscriptions.ts';
import { errorFromWire } from './wire-errors.ts';

/** Everyone a message can be for. */
export interface Inbox {
  readonly caller: Caller;
  readonly subscriptions: Subscriptions;
  readonly events: Emitter<ClientEvents>;
  send(text: string): void;
}

/** Hands one message of the server to the one it is for. */
export function deliver(message: Message, inbox: Inbox): void {
  switch (message.kind) {
    case 'success':
      if (typeof message.id === 'number') inbox.caller.answer(message.id, { ok: true, value: message.result });
      return;
    case 'failure':
      fail(message, inbox);
      return;
    case 'invalid':
      reject(message, inbox);
      return;
    case 'notification':
      notify(message.method, isJsonObject(message.params) ? message.params : {}, inbox);
      return;
    case 'request': {
      const error = new CallError('METHOD_NOT_FOUND', `This client serves no method "${message.method}"`);
      inbox.send(failureText(message.id, error.toWire()));
    }
  }
}

/** An error without an id can only be put on a call that is alone in flight; its neighbours would be settled wrongly. */
function fail({ id, error }: FailureMessage, { caller, events }: Inbox): void {
  const call = id === null ? caller.onlyInFlight() : id;
  if (typeof call === 'number') caller.answer(call, { ok: false, error: errorFromWire(error, caller.toolOf(call)) });
  else if (id === null) events.emit('error', errorFromWire(error));
}

/** Whatever it was meant to be: with an id it was an answer to that call, without one it can be anything. */
function reject({ id, error: { message } }: InvalidMessage, { caller, events }: Inbox): void {
  const sentence = `The gateway sent something unreadable: ${message}`;
  const error = new RpcClientError('PROTOCOL', sentence, { maybeExecuted: true });
  if (typeof id === 'number') caller.answer(id, { ok: false, error });
  else events.emit('error', error);
}

function notify(method: string, params: JsonObject, inbox: Inbox): void {
  if (method === 'notifications/progress') {
    const { progressToken, ...report } = params;
    if (typeof progressToken === 'number') inbox.caller.progress(progressToken, report);
  } else if (method === 'events/event') {
    inbox.subscriptions.event(params);
  } else {
    if (method === 'session/draining') inbox.caller.serverDrains();
    inbox.events.emit('notification', { method, params });
  }
}
