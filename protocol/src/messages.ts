import type { CallError, WireError } from './call-error.ts';
import type { Json, JsonObject } from './json.ts';

/** JSON-RPC 2.0 §4: a string, a number or null. */
export type Id = string | number | null;

export type Params = JsonObject | Json[];

/** A request that wants an answer (JSON-RPC 2.0 §4). */
export interface RequestMessage {
  readonly kind: 'request';
  readonly id: Id;
  readonly method: string;
  readonly params: Params | undefined;
}

/** A request without an id: never answered (§4.1). */
export interface NotificationMessage {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: Params | undefined;
}

/** A good answer (§5). */
export interface SuccessMessage {
  readonly kind: 'success';
  readonly id: Id;
  readonly result: Json;
}

/** A bad answer (§5.1). */
export interface FailureMessage {
  readonly kind: 'failure';
  readonly id: Id;
  readonly error: WireError;
}

/** Not a message. `id` is the sender's wherever it could be read, so that the sender can tell which call went wrong. */
export interface InvalidMessage {
  readonly kind: 'invalid';
  readonly id: Id;
  readonly error: CallError;
}

export type Message = RequestMessage | NotificationMessage | SuccessMessage | FailureMessage | InvalidMessage;

/** What one text frame holds: one message, or an array of them (a batch, or a coalesced frame where agreed). */
export type Frame =
  | { readonly kind: 'single'; readonly message: Message }
  | { readonly kind: 'array'; readonly messages: readonly Message[] };
