import { CallError, type WireError } from './call-error.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { DEFAULT_LIMITS, type WireLimits } from './limits.ts';
import type { Frame, Id, InvalidMessage, Message, Params } from './messages.ts';
import { outerId } from './outer-id.ts';
import { type Excess, scanJson } from './scan.ts';

/**
 * Reads one text frame as JSON-RPC 2.0, strictly. Never throws: whatever cannot be read becomes an `invalid` message
 * that carries the answer to send, with the sender's id wherever there was one.
 */
export function parseFrame(text: string, limits: WireLimits = DEFAULT_LIMITS): Frame {
  const excess = scanJson(text, limits);
  if (excess !== undefined) return single(exceeding(excess, text, limits));
  const value = parseJson(text);
  if (value instanceof CallError) return single({ kind: 'invalid', id: null, error: value });
  if (mayNamePrototype(text) && namesPrototype(value)) return single(refusedPrototype(value, limits));
  if (!Array.isArray(value)) return single(parseMessage(value, limits));
  if (value.length === 0 || value.length > limits.maxBatch) return single(miscounted(value.length, limits));
  return { kind: 'array', messages: value.map((item) => parseMessage(item, limits)) };
}

/** The value a JSON text stands for, or PARSE_ERROR. */
export function parseJson(text: string): Json | CallError {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    return new CallError('PARSE_ERROR', 'Cannot parse the text as JSON', { cause });
  }
}

/** Reads one parsed value as a JSON-RPC 2.0 message. */
export function parseMessage(value: Json, limits: WireLimits = DEFAULT_LIMITS): Message {
  if (!isJsonObject(value)) return invalid('Cannot read a message that is not an object');
  const hasId = Object.hasOwn(value, 'id');
  const id = readableId(value, limits);
  if (value.jsonrpc !== '2.0') return invalid('Cannot read a message whose "jsonrpc" is not "2.0"', id);
  if (hasId && !isId(value.id, limits))
    return invalid('Cannot use this "id": send a short string, a safe number or null');
  if (Object.hasOwn(value, 'method')) return parseCall(value, hasId, id, limits);
  return parseAnswer(value, hasId, id);
}

function parseCall(value: JsonObject, hasId: boolean, id: Id, limits: WireLimits): Message {
  const { method, params } = value;
  if (Object.hasOwn(value, 'result') || Object.hasOwn(value, 'error')) {
    return invalid('Cannot tell a request from an answer: the message has both "method" and an outcome', id);
  }
  if (typeof method !== 'string') return invalid('Cannot read a request whose "method" is not a string', id);
  if (method.length > limits.maxMethodLength) return invalid('Cannot read a request with so long a "method"', id);
  if (params !== undefined && (typeof params !== 'object' || params === null)) {
    return invalid('Cannot read a request whose "params" are neither an object nor an array', id);
  }
  const given: Params | undefined = params;
  return hasId ? { kind: 'request', id, method, params: given } : { kind: 'notification', method, params: given };
}

function parseAnswer(value: JsonObject, hasId: boolean, id: Id): Message {
  const hasResult = Object.hasOwn(value, 'result');
  const hasError = Object.hasOwn(value, 'error');
  if (!hasResult && !hasError) return invalid('Cannot read a message without "method", "result" or "error"', id);
  if (hasResult && hasError) return invalid('Cannot read an answer with both "result" and "error"', id);
  if (!hasId) return invalid('Cannot match an answer without an "id"');
  if (hasResult) return { kind: 'success', id, result: value.result ?? null };
  const error = value.error;
  if (!isJsonObject(error) || !Number.isSafeInteger(error.code) || typeof error.message !== 'string') {
    return invalid('Cannot read an answer whose "error" lacks an integer "code" or a "message"', id);
  }
  return { kind: 'failure', id, error: error as unknown as WireError };
}

function isId(id: Json | undefined, limits: WireLimits): id is Id {
  if (typeof id === 'string') return id.length <= limits.maxIdLength;
  // An integer beyond 2^53 would be answered under another number than it was asked under.
  if (typeof id === 'number') return Number.isFinite(id) && Math.abs(id) <= Number.MAX_SAFE_INTEGER;
  return id === null;
}

/** The sender's id when it is one, else null, as JSON-RPC 2.0 §5 asks for requests that cannot be read. */
function readableId(value: Json, limits: WireLimits): Id {
  return isJsonObject(value) && Object.hasOwn(value, 'id') && isId(value.id, limits) ? value.id : null;
}

/** What a message gets that was not parsed because it breaks a bound. */
export function exceeding(excess: Excess, text: string, limits: WireLimits): InvalidMessage {
  const id = outerId(text);
  const sentence =
    excess === 'depth'
      ? `Cannot read a message nested deeper than ${limits.maxDepth} levels`
      : `Cannot read a message with more than ${limits.maxArrayItems} members`;
  return invalid(sentence, isId(id, limits) ? id : null);
}

/** What an array gets that holds no message, or too many. */
export function miscounted(count: number, { maxBatch }: WireLimits): InvalidMessage {
  if (count === 0) return invalid('Cannot answer an empty batch');
  return invalid(`Cannot take more than ${maxBatch} messages in one frame; send them in parts`);
}

export function refusedPrototype(value: Json, limits: WireLimits): InvalidMessage {
  return invalid('Cannot accept a member named "__proto__"', readableId(value, limits));
}

export function mayNamePrototype(text: string): boolean {
  return text.includes('__proto__') || text.includes('\\u00');
}

/** Looks for an own member `__proto__` anywhere. Depth was bounded by the scan. */
export function namesPrototype(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(namesPrototype);
  // Not `Object.values`: a list for each of 300,000 empty objects costs ten times the walk.
  for (const name in value) {
    if (name === '__proto__' || namesPrototype(value[name] ?? null)) return true;
  }
  return false;
}

function invalid(sentence: string, id: Id = null): InvalidMessage {
  return { kind: 'invalid', id, error: new CallError('INVALID_REQUEST', sentence) };
}

export function single(message: Message): Frame {
  return { kind: 'single', message };
}
