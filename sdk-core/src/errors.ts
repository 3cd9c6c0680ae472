import type { Issue, Json } from '@callsheet/protocol';

/** The thing to switch on. Closed: a wire error with an unknown number is INTERNAL and keeps its number in `wireCode`. */
export type ErrorCode =
  | 'CONNECTION_LOST'
  | 'CONNECT_FAILED'
  | 'CLOSED'
  | 'AUTH'
  | 'FORBIDDEN'
  | 'TIMEOUT'
  | 'CANCELLED'
  | 'RATE_LIMITED'
  | 'INVALID_PARAMS'
  | 'METHOD_NOT_FOUND'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'TOO_LARGE'
  | 'REFUSED'
  | 'TOOL_FAILED'
  | 'CIRCUIT_OPEN'
  | 'OVERLOADED'
  | 'UNAVAILABLE'
  | 'DOWNLOAD_FAILED'
  | 'UPLOAD_FAILED'
  | 'PROTOCOL'
  | 'INTERNAL';

/** Where the time went: no session in time, never sent, no answer and no progress, the hard limit, or the server's own. */
export type TimeoutPhase = 'connect' | 'queue' | 'call' | 'total' | 'server';

/** What an error may say beyond its code and sentence. */
export interface ClientErrorFacts {
  /** True when the same call may succeed later. False when not said. */
  readonly retryable?: boolean;
  /** True when the server may have run the call although no answer arrived. False when not said. */
  readonly maybeExecuted?: boolean;
  /** The server's name for the request, for its operators. */
  readonly requestId?: string | undefined;
  /** The number of the protocol's error table, when the server answered. */
  readonly wireCode?: number;
  /** The name in the protocol's error table, when the server answered. */
  readonly wireName?: string | undefined;
  /** `details` of the wire error. */
  readonly data?: Json | undefined;
  /** Milliseconds; kept between 0 and 24.8 days, the longest wait a platform timer can hold. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

const BRAND = Symbol.for('callsheet.RpcClientError');
const FAMILY = 'RpcClientError';

/** Every rejection of this client. */
export interface RpcClientError extends Error {
  readonly [BRAND]: true;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly maybeExecuted: boolean;
  readonly requestId: string | undefined;
  readonly wireCode: number | undefined;
  readonly wireName: string | undefined;
  readonly data: Json | undefined;
  /** When to come back, where the server said so. Milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** A class of errors, with the facts it adds. TimeoutError is told its phase in place of the code. */
export interface ErrorClass<E extends RpcClientError, Adds = object, First = ErrorCode> {
  new (
    first: First,
    message: string,
    ...facts: object extends Adds ? [facts?: ClientErrorFacts & Adds] : [facts: ClientErrorFacts & Adds]
  ): E;
  readonly prototype: E;
  /** Recognises by brand and name, not by prototype: two copies of this package in one bundle know each other's errors. */
  is(error: unknown): error is E;
}

class Base extends Error {
  constructor(code: ErrorCode, message: string, { cause, retryAfterMs: ms, ...facts }: ClientErrorFacts = {}) {
    super(message, cause === undefined ? cause : { cause });
    // Here, because whatever a server says of it ends in a timer, and a timer takes what is too long for it for a millisecond.
    const retryAfterMs = typeof ms === 'number' && ms >= -Infinity ? Math.min(Math.max(ms, 0), 2 ** 31 - 1) : undefined;
    Object.assign(this, { [BRAND]: true, retryable: false, maybeExecuted: false, ...facts, code, retryAfterMs });
  }
}

function define<C>(name: string, From: new (...args: never[]) => Error = RpcClientError): C {
  const made = class extends From {
    // Literal, because minifiers rename classes; on the prototype, so that the stack begins with it too.
    static override readonly name = name;
    static readonly is = (error: Partial<RpcClientError> | null | undefined): boolean =>
      error?.[BRAND] === true && (name === FAMILY || error.name === name);
  };
  made.prototype.name = name;
  return made as unknown as C;
}

export const RpcClientError: ErrorClass<RpcClientError> = /* @__PURE__ */ define(FAMILY, Base);

/** No connection, or none any more: CONNECTION_LOST, CONNECT_FAILED or CLOSED. */
export interface ConnectionError extends RpcClientError {
  /** Why the socket ended, when it did. */
  readonly closeCode: number | undefined;
}
export const ConnectionError: ErrorClass<ConnectionError, { readonly closeCode?: number | undefined }> =
  /* @__PURE__ */ define('ConnectionError');

/** AUTH: the server does not accept who we say we are. FORBIDDEN: it does, and says no. */
export interface AuthError extends RpcClientError {}
export const AuthError: ErrorClass<AuthError> = /* @__PURE__ */ define('AuthError');

export interface TimeoutError extends RpcClientError {
  readonly phase: TimeoutPhase;
}
export const TimeoutError: ErrorClass<TimeoutError, object, TimeoutPhase> = /* @__PURE__ */ define(
  'TimeoutError',
  class extends RpcClientError {
    constructor(phase: TimeoutPhase, message: string, facts?: ClientErrorFacts) {
      super('TIMEOUT', message, { phase, ...facts } as ClientErrorFacts);
    }
  },
);

/** The caller or the job's owner stopped it. */
export interface CancelledError extends RpcClientError {}
export const CancelledError: ErrorClass<CancelledError> = /* @__PURE__ */ define('CancelledError');

export interface RateLimitError extends RpcClientError {
  readonly retryAfterMs: number;
}
export const RateLimitError: ErrorClass<RateLimitError, { readonly retryAfterMs: number }> =
  /* @__PURE__ */ define('RateLimitError');

/** The worker is cut off until it recovers. */
export interface CircuitOpenError extends RpcClientError {
  readonly retryAfterMs: number;
}
export const CircuitOpenError: ErrorClass<CircuitOpenError, { readonly retryAfterMs: number }> =
  /* @__PURE__ */ define('CircuitOpenError');

/** The arguments do not fit. */
export interface ValidationError extends RpcClientError {
  /** Empty when the server did not say which of them. */
  readonly issues: readonly Issue[];
}
export const ValidationError: ErrorClass<ValidationError, { readonly issues?: readonly Issue[] }> =
  /* @__PURE__ */ define('ValidationError');

/** The tool ran and failed, or the worker or provider behind it did. */
export interface ToolError extends RpcClientError {
  readonly tool: string;
}
export const ToolError: ErrorClass<ToolError, { readonly tool: string }> = /* @__PURE__ */ define('ToolError');

/** Too much work is waiting, here or on the server. */
export interface OverloadError extends RpcClientError {}
export const OverloadError: ErrorClass<OverloadError> = /* @__PURE__ */ define('OverloadError');
