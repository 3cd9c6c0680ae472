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
  ToolError,
  ValidationError,
} from './errors.ts';
import { codeOfError } from './wire-codes.ts';

/** What to wait when the server says «later» without saying when. Milliseconds. */
const DEFAULT_RETRY_AFTER_MS = 1_000;

/** Any class of errors; its first argument is the code, or the phase of a timeout. */
type AnyErrorClass = new (first: never, message: string, facts: WireFacts) => RpcClientError;

interface WireFacts extends ClientErrorFacts {
  readonly retryAfterMs: number;
  readonly issues: readonly Issue[];
  readonly tool: string;
}

const CLASSES: { readonly [C in ErrorCode]?: AnyErrorClass } = {
  INVALID_PARAMS: ValidationError,
  AUTH: AuthError,
  FORBIDDEN: AuthError,
  RATE_LIMITED: RateLimitError,
  CANCELLED: CancelledError,
  TOOL_FAILED: ToolError,
  CIRCUIT_OPEN: CircuitOpenError,
  UNAVAILABLE: OverloadError,
  OVERLOADED: OverloadError,
  TIMEOUT: TimeoutError,
  CLOSED: ConnectionError,
};

/** The class of errors with this code. */
export function classOf(code: ErrorCode): AnyErrorClass {
  return CLASSES[code] ?? RpcClientError;
}

/** Turns the error object of an answer into the class a caller catches. `tool` names the tool that was asked for. */
export function errorFromWire({ code: wireCode, message, data }: WireError, tool = ''): RpcClientError {
  const code = codeOfError(wireCode);
  const Class = classOf(code);
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
  return new Class((code === 'TIMEOUT' ? 'server' : code) as never, message, facts as WireFacts);
}

const NOTHING: Partial<ErrorData> = {};

/** What arrived is not what was asked for. `what` finishes «Cannot read …». */
export function unreadable(what: string): RpcClientError {
  const sentence = `Cannot read ${what}; is this a Callsheet gateway?`;
  return new RpcClientError('PROTOCOL', sentence, { maybeExecuted: true });
}
