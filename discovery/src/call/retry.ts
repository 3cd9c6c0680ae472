import { CallError, type ErrorName } from '@callsheet/protocol';
import type { Random } from '../clock.ts';
import type { Outcome } from '../outcome.ts';
import type { Seat } from './seat.ts';

/** How the worker turned a call away, before it ran. */
const TURNED_AWAY: ReadonlySet<ErrorName> = new Set(['DRAINING', 'OVERLOADED', 'TOO_MANY_IN_FLIGHT', 'CIRCUIT_OPEN']);
/** Long enough that calls that failed together do not come again together; more would only be lost, as they go elsewhere and a budget bounds them. */
const MOST_PAUSE_MS = 50;

/** True when the call has surely not run. */
export function hasNotRun({ errorName, facts }: CallError): boolean {
  return facts.maybeExecuted === false || (facts.maybeExecuted === undefined && TURNED_AWAY.has(errorName));
}

/** Whether a failed attempt may be made again elsewhere: it says something of the worker, and twice does no harm. */
export function mayRepeat(error: CallError, outcome: Outcome, repeatable: boolean): boolean {
  if (outcome !== 'hard' && outcome !== 'soft') return false;
  return repeatable || hasNotRun(error);
}

/**
 * How long to wait before, in milliseconds. What the worker asks for is granted. Else at once when it was lost or had not got
 * the call: nobody there is to be spared; and after a while with full jitter when it failed, which others may do as well.
 */
export function pauseMs(error: CallError, { isReachable }: Pick<Seat, 'isReachable'>, random: Random): number {
  const { retryAfterMs } = error.facts;
  if (retryAfterMs !== undefined && retryAfterMs > 0) return retryAfterMs;
  if (hasNotRun(error) || !isReachable) return 0;
  return random() * MOST_PAUSE_MS;
}

/** The answer to a call whose last attempt has not run, but an earlier one may have. */
export function maybeExecuted(error: unknown): unknown {
  if (!CallError.is(error) || error.facts.maybeExecuted !== false) return error;
  return new CallError(error.errorName, error.message, { ...error.facts, maybeExecuted: true, cause: error });
}
