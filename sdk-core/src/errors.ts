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
  | 'PROTOCOL'
  | 'INTERNAL';

/** What an error may say beyond its code and sentence. */
export interface ClientErrorFacts {
  /** True when the same call may succeed later. False when not said. */
  readonly retryable?: boolean;
  /** True when the server may have run the call although no answer arrived. False when not said. */
  readonly maybeExecuted?: boolean;
  /** The server's name for the request, for its operators. */
  readonly requestId?: string;
  /** The number of the protocol's error table, when the server answered. */
  readonly wireCode?: number;
  /** The name in the protocol's error table, when the server answered. */
  readonly wireName?: string;
  /** `details` of the wire error. */
  readonly data?: Json;
  /** Milliseconds. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

const BRAND = Symbol.for('callsheet.RpcClientError');

/** Recognises by brand and name, not by prototype: two copies of this package in one bundle know each other's errors. */
function recognise<E extends RpcClientError>(kind?: string): (error: unknown) => error is E {
  return (error): error is E =>
    typeof error === 'object' &&
    error !== null &&
    BRAND in error &&
    (kind === undefined || Reflect.get(error, 'name') === kind);
}

/** Every rejection of this client. */
export class RpcClientError extends Error {
  // Literal, because minifiers rename classes and `constructor.name` would follow.
  static readonly kind: string = 'RpcClientError';
  static readonly is: (error: unknown) => error is RpcClientError = recognise();

  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly maybeExecuted: boolean;
  readonly requestId: string | undefined;
  readonly wireCode: number | undefined;
  readonly wireName: string | undefined;
  readonly data: Json | undefined;
  /** When to come back, where the server said so. Milliseconds. */
  readonly retryAfterMs: number | undefined;
  readonly [BRAND] = true;

  constructor(code: ErrorCode, message: string, facts: ClientErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = new.target.kind;
    this.code = code;
    this.retryable = facts.retryable ?? false;
    this.maybeExecuted = facts.maybeExecuted ?? false;
    this.requestId = facts.requestId;
    this.wireCode = facts.wireCode;
    this.wireName = facts.wireName;
    this.data = facts.data;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** No connection, or none any more: CONNECTION_LOST, CONNECT_FAILED or CLOSED. */
export class ConnectionError extends RpcClientError {
  static override readonly kind = 'ConnectionError';
  static override readonly is = recognise<ConnectionError>('ConnectionError');
  /** Why the socket ended, when it did. */
  readonly closeCode: number | undefined;

  constructor(code: ErrorCode, message: string, facts: ClientErrorFacts & { readonly closeCode?: number } = {}) {
    super(code, message, facts);
    this.closeCode = facts.closeCode;
  }
}

/** AUTH: the server does not accept who we say we are. FORBIDDEN: it does, and says no. */
export class AuthError extends RpcClientError {
  static override readonly kind = 'AuthError';
  static override readonly is = recognise<AuthError>('AuthError');
}

/** Where the time went: no session in time, never sent, no answer and no progress, the hard limit, or the server's own. */
export type TimeoutPhase = 'connect' | 'queue' | 'call' | 'total' | 'server';

export class TimeoutError extends RpcClientError {
  static override readonly kind = 'TimeoutError';
  static override readonly is = recognise<TimeoutError>('TimeoutError');
  readonly phase: TimeoutPhase;

  constructor(phase: TimeoutPhase, message: string, facts: ClientErrorFacts = {}) {
    super('TIMEOUT', message, facts);
    this.phase = phase;
  }
}

/** The caller or the job's owner stopped it. */
export class CancelledError extends RpcClientError {
  static override readonly kind = 'CancelledError';
  static override readonly is = recognise<CancelledError>('CancelledError');
}

export class RateLimitError extends RpcClientError {
  static override readonly kind = 'RateLimitError';
  static override readonly is = recognise<RateLimitError>('RateLimitError');
  override readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number, facts: ClientErrorFacts = {}) {
    super('RATE_LIMITED', message, facts);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The worker is cut off until it recovers. */
export class CircuitOpenError extends RpcClientError {
  static override readonly kind = 'CircuitOpenError';
  static override readonly is = recognise<CircuitOpenError>('CircuitOpenError');
  override readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number, facts: ClientErrorFacts = {}) {
    super('CIRCUIT_OPEN', message, facts);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The arguments do not fit. */
export class ValidationError extends RpcClientError {
  static override readonly kind = 'ValidationError';
  static override readonly is = recognise<ValidationError>('ValidationError');
  readonly issues: readonly Issue[];

  constructor(message: string, facts: ClientErrorFacts & { readonly issues?: readonly Issue[] } = {}) {
    super('INVALID_PARAMS', message, facts);
    this.issues = facts.issues ?? [];
  }
}

/** The tool ran and failed, or the worker or provider behind it did. */
export class ToolError extends RpcClientError {
  static override readonly kind = 'ToolError';
  static override readonly is = recognise<ToolError>('ToolError');
  readonly tool: string;

  constructor(tool: string, message: string, facts: ClientErrorFacts = {}) {
    super('TOOL_FAILED', message, facts);
    this.tool = tool;
  }
}

/** Too much work is waiting, here or on the server. */
export class OverloadError extends RpcClientError {
  static override readonly kind = 'OverloadError';
  static override readonly is = recognise<OverloadError>('OverloadError');
}
