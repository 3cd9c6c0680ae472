import { isJsonObject, type WireError } from '@callsheet/protocol';
import {
  AuthError,
  CancelledError,
  CircuitOpenError,
  type ClientErrorFacts,
  type ErrorCode,
  OverloadError,
  RateLimitError,
  RpcClientError,
  TimeoutError,
  ToolError,
  ValidationError,
} from './errors.ts';

/** What to wait when the server says «later» without saying when. Milliseconds. */
const DEFAULT_RETRY_AFTER_MS = 1_000;

/** Wire numbers that mean more than their HTTP status. */
const BY_NUMBER: Readonly<Record<number, ErrorCode>> = {
  [-32700]: 'PROTOCOL',
  [-32600]: 'PROTOCOL',
  [-32601]: 'METHOD_NOT_FOUND',
  [-32602]: 'INVALID_PARAMS',
  4041: 'METHOD_NOT_FOUND',
  5031: 'CIRCUIT_OPEN',
  5033: 'UNAVAILABLE',
};

/** The protocol's own numbers are HTTP status × 10 + n, so that a number of a later version still finds its class. */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'AUTH',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'TOO_LARGE',
  422: 'REFUSED',
  426: 'PROTOCOL',
  429: 'RATE_LIMITED',
  499: 'CANCELLED',
  501: 'METHOD_NOT_FOUND',
  502: 'TOOL_FAILED',
  503: 'OVERLOADED',
  504: 'TIMEOUT',
  507: 'OVERLOADED',
};

/** Codes that are worth another try when the server does not say. */
const RETRYABLE: readonly ErrorCode[] = ['RATE_LIMITED', 'CIRCUIT_OPEN', 'OVERLOADED', 'UNAVAILABLE'];

/** The client's code for a number of the protocol's error table. */
function codeOfWire(number: number): ErrorCode {
  return BY_NUMBER[number] ?? BY_STATUS[Math.floor(number / 10)] ?? 'INTERNAL';
}

/** Turns the error object of an answer into the class a caller catches. `tool` names the tool that was asked for. */
export function errorFromWire(wire: WireError, tool = ''): RpcClientError {
  const data = isJsonObject(wire.data) ? wire.data : undefined;
  const { message } = wire;
  const code = codeOfWire(wire.code);
  const facts: ClientErrorFacts = {
    wireCode: wire.code,
    retryable: typeof data?.retryable === 'boolean' ? data.retryable : RETRYABLE.includes(code),
    maybeExecuted: data?.maybeExecuted === true,
    ...(typeof data?.name === 'string' && { wireName: data.name }),
    ...(typeof data?.requestId === 'string' && { requestId: data.requestId }),
    ...(typeof data?.retryAfterMs === 'number' && { retryAfterMs: data.retryAfterMs }),
    ...(data?.details !== undefined && { data: data.details }),
  };
  const retryAfterMs = facts.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS;
  switch (code) {
    case 'AUTH':
    case 'FORBIDDEN':
      return new AuthError(code, message, facts);
    case 'RATE_LIMITED':
      return new RateLimitError(message, retryAfterMs, facts);
    case 'CIRCUIT_OPEN':
      return new CircuitOpenError(message, retryAfterMs, facts);
    case 'INVALID_PARAMS':
      return new ValidationError(message, Array.isArray(data?.issues) ? { ...facts, issues: data.issues } : facts);
    case 'TOOL_FAILED':
      return new ToolError(tool, message, facts);
    case 'OVERLOADED':
    case 'UNAVAILABLE':
      return new OverloadError(code, message, facts);
    case 'TIMEOUT':
      return new TimeoutError('server', message, facts);
    case 'CANCELLED':
      return new CancelledError(code, message, facts);
    default:
      return new RpcClientError(code, message, facts);
  }
}
