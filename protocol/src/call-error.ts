import { ERRORS, type ErrorName, errorName, type Issue } from './errors.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';

/** `error.data` on the wire. */
export interface ErrorData {
  readonly name: string;
  readonly retryable: boolean;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
  /** True when the call may have had its effect although no answer arrived. */
  readonly maybeExecuted?: boolean;
  readonly issues?: readonly Issue[];
  readonly details?: Json;
}

/** `error` on the wire. */
export interface WireError {
  readonly code: number;
  readonly message: string;
  readonly data?: ErrorData;
}

/** What an error may say beyond its name and sentence. */
export interface ErrorFacts {
  /** Overrides the table: a `by-cause` error knows whether trying again can help. */
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly maybeExecuted?: boolean;
  readonly requestId?: string;
  readonly issues?: readonly Issue[];
  readonly details?: Json;
  readonly cause?: unknown;
}

const BRAND = Symbol.for('callsheet.CallError');

/**
 * A failure with a row in the error table: the only kind of error whose words cross the wire. Anything else that is
 * thrown becomes INTERNAL with a request id and no words of the fault.
 */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly errorName: ErrorName;
  readonly code: number;
  readonly retryable: boolean;
  readonly facts: ErrorFacts;
  readonly [BRAND] = true;

  constructor(name: ErrorName, message: string = ERRORS[name].meaning, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    const row = ERRORS[name];
    this.errorName = name;
    this.code = row.code;
    this.facts = facts;
    this.retryable = facts.retryable ?? (row.retry === 'yes' || row.retry === 'later');
  }

  /** Recognises the error across two copies of this package. */
  static is(error: unknown): error is CallError {
    return typeof error === 'object' && error !== null && BRAND in error;
  }

  /** The error object of a JSON-RPC answer. */
  toWire(requestId?: string): WireError {
    const { retryAfterMs, maybeExecuted, issues, details } = this.facts;
    const id = requestId ?? this.facts.requestId;
    const data: ErrorData = {
      name: this.errorName,
      retryable: this.retryable,
      ...(id !== undefined && { requestId: id }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(maybeExecuted !== undefined && { maybeExecuted }),
      ...(issues !== undefined && { issues }),
      ...(details !== undefined && { details }),
    };
    return { code: this.code, message: this.message, data };
  }

  /** Rebuilds an error from the wire. A code this version does not know becomes UPSTREAM_ERROR with the code in `details`. */
  static fromWire(wire: WireError): CallError {
    const data: ErrorData | undefined = isJsonObject(wire.data) ? wire.data : undefined;
    const known = errorName(wire.code);
    const facts: ErrorFacts = {
      ...(typeof data?.retryable === 'boolean' && { retryable: data.retryable }),
      ...(typeof data?.retryAfterMs === 'number' && { retryAfterMs: data.retryAfterMs }),
      ...(typeof data?.maybeExecuted === 'boolean' && { maybeExecuted: data.maybeExecuted }),
      ...(typeof data?.requestId === 'string' && { requestId: data.requestId }),
      ...(Array.isArray(data?.issues) && { issues: data.issues }),
      ...(data?.details !== undefined && { details: data.details }),
      ...(known === undefined && { details: { code: wire.code } satisfies JsonObject }),
    };
    return new CallError(known ?? 'UPSTREAM_ERROR', wire.message, facts);
  }

  /** The error itself when it may cross the wire; INTERNAL, with the original as its cause, when it may not. */
  static from(error: unknown): CallError {
    return CallError.is(error)
      ? error
      : new CallError('INTERNAL', 'The server failed to handle the call', { cause: error });
  }
}
