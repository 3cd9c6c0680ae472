import type { Id, Params, WireError } from '@callsheet/protocol';

/** The text of a request. Throws TypeError for parameters JSON cannot carry (cycles, BigInt). */
export function requestText(id: Id | undefined, method: string, params?: Params): string {
  // Half the price of one JSON.stringify of everything. What JSON leaves out, being undefined, has no text of its own.
  const ofId = JSON.stringify(id);
  const ofParams = JSON.stringify(params);
  return `{"jsonrpc":"2.0",${ofId ? `"id":${ofId},` : ''}"method":${JSON.stringify(method)}${ofParams ? `,"params":${ofParams}` : ''}}`;
}

/** The text of a notification: a request without an id. */
export function notificationText(method: string, params?: Params): string {
  return requestText(undefined, method, params);
}

/** The text of a bad answer. */
export function failureText(id: Id, error: WireError): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error });
}
