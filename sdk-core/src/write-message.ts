import type { Id, Params, WireError } from '@callsheet/protocol';

/** The text of a request. Throws TypeError for parameters JSON cannot carry (cycles, BigInt). */
export function requestText(id: Id | undefined, method: string, params?: Params): string {
  // Members that are undefined are left out by JSON itself.
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

/** The text of a notification: a request without an id. */
export function notificationText(method: string, params?: Params): string {
  return requestText(undefined, method, params);
}

/** The text of a bad answer. */
export function failureText(id: Id, error: WireError): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error });
}
