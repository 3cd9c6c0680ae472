import { ErrorObject, JsonRpcError, NotificationObject, RequestObject, SuccessObject } from 'jsonrpc-lite';
import type { WireError } from './call-error.ts';
import type { Json } from './json.ts';
import type { Id, Params } from './messages.ts';

// jsonrpc-lite's functions refuse ids the specification allows (null, "", 1.5); its message classes do not, so the
// classes are what we build with. A result of `undefined` would vanish from the text and leave no answer at all.

/** The text of a request. */
export function requestText(id: Id, method: string, params?: Params): string {
  return new RequestObject(id, method, params).serialize();
}

/** The text of a notification. */
export function notificationText(method: string, params?: Params): string {
  return new NotificationObject(method, params).serialize();
}

/** The text of a good answer. Throws TypeError for results JSON cannot carry (cycles, BigInt). */
export function successText(id: Id, result: unknown): string {
  return new SuccessObject(id, (result ?? null) as NonNullable<Json>).serialize();
}

/** The text of a bad answer. */
export function failureText(id: Id, error: WireError): string {
  return new ErrorObject(id, new JsonRpcError(error.message, error.code, error.data)).serialize();
}
