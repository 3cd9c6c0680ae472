import { CallError, type ErrorName } from '@callsheet/protocol';

/**
 * How a call ended, as far as it speaks of the worker that took it. ok · hard: the connection, the time or the worker itself
 * failed, and that counts against it · soft: it said it is busy, which makes it dearer and fails a probe · neutral: the
 * caller's fault or wish, which says nothing of the worker and neither trips nor heals it.
 */
export type Outcome = 'ok' | 'hard' | 'soft' | 'neutral';

const HARD: ReadonlySet<ErrorName> = new Set([
  'INTERNAL',
  'UPSTREAM_ERROR',
  'TOOL_FAILED',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
]);
const SOFT: ReadonlySet<ErrorName> = new Set([
  'OVERLOADED',
  'TOO_MANY_IN_FLIGHT',
  'RATE_LIMITED',
  'DRAINING',
  'CIRCUIT_OPEN',
  'STORAGE_FULL',
]);

/**
 * What an error says of the worker; an error from outside the table is a fault of it. A tool that says itself that trying again
 * is of no use has come to a verdict about the call, as healthy as an answer.
 */
export function outcomeOf(error: unknown): Exclude<Outcome, 'ok'> {
  const { errorName, retryable } = CallError.from(error);
  if (errorName === 'TOOL_FAILED' && !retryable) return 'neutral';
  if (HARD.has(errorName)) return 'hard';
  return SOFT.has(errorName) ? 'soft' : 'neutral';
}
