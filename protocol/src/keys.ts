import type { CallError } from './call-error.ts';
import type { ErrorName } from './errors.ts';

/** Errors that say themselves nothing of whether the tool ran. It may have. */
const UNSURE: ReadonlySet<ErrorName> = new Set(['INTERNAL', 'CANCELLED', 'DEADLINE_EXCEEDED']);

/**
 * Whether a call that ended with this error gives its key back, so that the same call may run; else the error is kept and
 * answered again. PROTOCOL.md, «Keys», has the table.
 *
 * A run that may have had its effect is repeated for tools alone that say twice does no harm. Of the others only what has
 * surely not run is, and what says itself that trying again helps.
 */
export function freesKey({ errorName, retryable, facts }: CallError, idempotent: boolean): boolean {
  if (facts.maybeExecuted === false) return true;
  if (facts.maybeExecuted === true || UNSURE.has(errorName)) return idempotent;
  return retryable;
}
