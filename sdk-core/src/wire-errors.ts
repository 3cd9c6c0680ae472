import type { ErrorData, Issue, WireError } from '@callsheet/protocol';
import {
  AuthError,
  CancelledError,
  CircuitOpenError,
  type ClientErrorFacts,
  ConnectionError,
  type ErrorCode,
  OverloadError,
  RateLimitError,
  RpcClientError,
  TimeoutError,
  type TimeoutPhase,
  ToolError,
  ValidationError,
} from './errors.ts';

/** What to wait when the server says «later» without saying when. Milliseconds. */
const DEFAULT_RETRY_AFTER_MS = 1_000;

/** Any class of errors; its first argument is the code, or the phase of a timeout. */
type AnyErrorClass = new (first: never, message: string, facts: WireFacts) => RpcClientError;

interface WireFacts extends ClientErrorFacts {
  readonly retryAfterMs: number;
  readonly issues: readonly Issue[];
  readonly tool: string;
}

type Row = readonly [first: ErrorCode | TimeoutPhase, Class: AnyErrorClass, ...numbers: number[]];

/**
 * The client's code and class for numbers of the protocol's error table, or for the HTTP status, which is the number
 * without its last digit: so a number of a later version still finds its class. And for the close codes after which every
 * further dial would end the same way; no error has their numbers.
 */
const ROWS: readonly Row[] = [
  ['PROTOCOL', RpcClientError, -32700, -32600, 426, 4400, 4406],
  ['METHOD_NOT_FOUND', RpcClientError, -32601, 4041, 501],
  ['INVALID_PARAMS', ValidationError, -32602],
  ['AUTH', AuthError, 401, 4401],
  ['FORBIDDEN', AuthError, 403, 4403],
  ['NOT_FOUND', RpcClientError, 404],
  ['CONFLICT', RpcClientError, 409],
  ['TOO_LARGE', RpcClientError, 413],
  ['REFUSED', RpcClientError, 422],
  ['RATE_LIMITED', RateLimitError, 429],
  ['CANCELLED', CancelledError, 499],
  ['TOOL_FAILED', ToolError, 502],
  ['CIRCUIT_OPEN', CircuitOpenError, 5031],
  ['UNAVAILABLE', OverloadError, 5033],
  ['OVERLOADED', OverloadError, 503, 507],
  ['server', TimeoutError, 504],
  ['CLOSED', ConnectionError, 4409],
];

export function rowOf(number: number): Row | undefined {
  return ROWS.find((row) => row.includes(number));
}

/** Turns the error object of an answer into the class a caller catches. `tool` names the tool that was asked for. */
export function errorFromWire({ code: wireCode, message, data }: WireError, tool = ''): RpcClientError {
  const [first, Class] = rowOf(wireCode) ?? rowOf(Math.floor(wireCode / 10)) ?? ['INTERNAL', RpcClientError];
  const isPaced = Class === RateLimitError || Class === CircuitOpenError;
  const { name: wireName, requestId, retryable, retryAfterMs, maybeExecuted, issues, details } = data ?? NOTHING;
  const facts = {
    wireCode,
    wireName,
    requestId,
    retryable: (retryable ?? (isPaced || Class === OverloadError)) === true,
    maybeExecuted: maybeExecuted === true,
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : isPaced ? DEFAULT_RETRY_AFTER_MS : undefined,
    data: details,
    issues: issues ?? [],
    tool,
  };
  return new Class(first as never, message, facts as WireFacts);
}

const NOTHING: Partial<ErrorData> = {};

/** What arrived is not what was asked for. `what` finishes «Cannot read …». */
export function unreadable(what: string): RpcClientError {
  const sentence = `Cannot read ${what}; is this a Callsheet gateway?`;
  return new RpcClientError('PROTOCOL', sentence, { maybeExecuted: true });
}
