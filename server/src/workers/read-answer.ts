import {
  CallError,
  type ErrorFacts,
  type ErrorName,
  errorName,
  type Issue,
  isJsonObject,
  type Json,
  type WireError,
} from '@callsheet/protocol';

/** What is known of the call an answer is for. */
export interface Asked {
  readonly tool: string;
  /** Who was asked, and under which id: the worker's own log has it. For the gateway's log. */
  readonly asked: string;
  /** Why nobody wants the answer any more; undefined while somebody does. */
  readonly reason: CallError | undefined;
  /** What the gateway itself refused while it served the call. */
  readonly refused: ReadonlySet<ErrorName>;
}

/**
 * What a tool may say of a call of its own accord. Everything else in the table speaks of the caller's credential, its rights
 * and rates, or of this gateway, and a worker knows nothing of those but what it was told while it served the call.
 */
const OF_THE_CALL: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'INVALID_PARAMS',
  'NOT_FOUND',
  'CONFLICT',
  'REQUEST_TOO_LARGE',
  'ARRAY_TOO_LARGE',
  'PATH_NOT_ALLOWED',
  'URL_NOT_ALLOWED',
  'CONTENT_REFUSED',
  'NOT_IMPLEMENTED',
  'UPSTREAM_ERROR',
  'TOOL_FAILED',
  'OVERLOADED',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'STORAGE_FULL',
]);
/** It is busy, or what it relies on is. In the words of the gateway's own doors this would send the caller elsewhere. */
const BUSY: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'TOO_MANY_IN_FLIGHT',
  'RATE_LIMITED',
  'DRAINING',
  'CIRCUIT_OPEN',
]);

const LONGEST_SENTENCE = 1_000;
const LONGEST_DETAILS = 4_096;
const MOST_ISSUES = 32;
const ONE_DAY_MS = 86_400_000;

/** The typed output in a worker's good answer. @throws CallError UPSTREAM_ERROR when there is none. */
export function outputOf(result: Json, { tool }: Pick<Asked, 'tool'>): Json {
  if (isJsonObject(result) && Object.hasOwn(result, 'structuredContent')) return result.structuredContent ?? null;
  throw new CallError('UPSTREAM_ERROR', `The worker's answer for "${tool}" has no "structuredContent"`, {
    maybeExecuted: true,
  });
}

/**
 * The error a caller may be told when a worker answered with one. What it says of the call keeps its name and its bounded words.
 * «Busy», in whatever words, is OVERLOADED; INTERNAL keeps its name and loses its words, which become the cause, for the log; a
 * cancellation nobody asked for, a tool it does not know, and what is not a worker's to say are UPSTREAM_ERROR.
 */
export function errorOf(wire: WireError, { tool, asked, reason, refused }: Asked): CallError {
  const name = errorName(wire.code);
  const words = wire.message.slice(0, LONGEST_SENTENCE);
  const cause = new Error(`${asked} said ${wire.code}: ${words}`);
  // Where this gateway reads answers explains nothing; the worker's log has the stack that does.
  cause.stack = cause.message;
  if (name === 'INTERNAL') {
    return new CallError('INTERNAL', `The tool "${tool}" failed at its worker`, { maybeExecuted: true, cause });
  }
  if (name === 'CANCELLED' && reason !== undefined) return reason;
  if (name !== undefined && (OF_THE_CALL.has(name) || refused.has(name)))
    return new CallError(name, words, factsOf(wire));
  if (name !== undefined && BUSY.has(name)) return new CallError('OVERLOADED', words, factsOf(wire));
  return new CallError('UPSTREAM_ERROR', `The worker of "${tool}" answered with ${name ?? `the code ${wire.code}`}`, {
    retryable: name === 'CANCELLED' || name === 'TOOL_NOT_FOUND',
    maybeExecuted: name !== 'TOOL_NOT_FOUND',
    cause,
  });
}

/** Those of an error's facts that are what they should be, and short. */
function factsOf({ data }: WireError): ErrorFacts {
  if (!isJsonObject(data)) return {};
  const { retryable, retryAfterMs, maybeExecuted, issues, details } = data as Readonly<Record<string, Json>>;
  const read = issuesOf(issues);
  return {
    ...(typeof retryable === 'boolean' && { retryable }),
    ...(typeof retryAfterMs === 'number' && retryAfterMs >= 0 && { retryAfterMs: Math.min(retryAfterMs, ONE_DAY_MS) }),
    ...(typeof maybeExecuted === 'boolean' && { maybeExecuted }),
    ...(read.length > 0 && { issues: read }),
    ...(details !== undefined && JSON.stringify(details).length <= LONGEST_DETAILS && { details }),
  };
}

function issuesOf(issues: Json | undefined): Issue[] {
  if (!Array.isArray(issues)) return [];
  return issues.slice(0, MOST_ISSUES).flatMap((issue) => {
    if (!isJsonObject(issue)) return [];
    const { path, keyword, message } = issue;
    if (typeof path !== 'string' || typeof keyword !== 'string' || typeof message !== 'string') return [];
    return [{ path: path.slice(0, 256), keyword: keyword.slice(0, 64), message: message.slice(0, 256) }];
  });
}
