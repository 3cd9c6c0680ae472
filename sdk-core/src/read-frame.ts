import {
  type Id,
  type InvalidMessage,
  isJsonObject,
  type Json,
  type Params,
  type WireError,
  type Message as WireMessage,
} from '@callsheet/protocol';

/** One message of the server, or something that is none; `id` is its sender's wherever it could be read. */
export type Message = Exclude<WireMessage, InvalidMessage> | { readonly kind: 'invalid'; readonly id: Id };

/**
 * Reads one text frame as JSON-RPC 2.0 and hands over its messages in order: one, or those of an array. Never throws;
 * what cannot be read is an `invalid` message. Unlike the server's parser it trusts its peer with size and depth.
 */
export function readFrame(text: string, take: (message: Message) => void): void {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    take({ kind: 'invalid', id: null });
    return;
  }
  // An empty array is nothing at all, and read as such.
  for (const item of Array.isArray(value) && value.length > 0 ? value : [value]) take(readMessage(item));
}

/** An integer from here on would be answered under another number than it was asked under. */
const TOO_LARGE = 2 ** 53;

// JSON has no `undefined`, so a member that reads as undefined is not there. `__proto__` is a member like any other to
// JSON.parse; nothing here copies members by assignment, which would treat it as more.
function readMessage(value: Json): Message {
  const { jsonrpc, id: given, method, params, result, error } = isJsonObject(value) ? value : {};
  const id = typeof given === 'string' || (typeof given === 'number' && Math.abs(given) < TOO_LARGE) ? given : null;
  if (jsonrpc === '2.0' && (given === undefined || given === id)) {
    if (typeof method === 'string') {
      if (result === undefined && error === undefined && (params === undefined || Object(params) === params)) {
        return given === undefined
          ? { kind: 'notification', method, params: params as Params }
          : { kind: 'request', id, method, params: params as Params };
      }
    } else if (method === undefined && given !== undefined) {
      if (result !== undefined && error === undefined) return { kind: 'success', id, result };
      if (result === undefined && isWireError(error)) return { kind: 'failure', id, error };
    }
  }
  return { kind: 'invalid', id };
}

function isWireError(error: unknown): error is WireError {
  return isJsonObject(error) && Number.isSafeInteger(error.code) && typeof error.message === 'string';
}
