import type { GuardState } from './guard.ts';

/**
 * What is worth keeping of a guard over a restart: plain data, with durations instead of moments, because the next process
 * has another monotonic clock.
 */
export interface StoredGuard {
  readonly id: string;
  readonly epoch: number;
  readonly state: GuardState;
  readonly failuresInRow: number;
  /** What was left of the stay outside when it was stored; 0 unless open. */
  readonly restMs: number;
  readonly ejections: number;
  /** How long the worker had been in again; undefined while it is out and when it never was. */
  readonly healthyMs?: number;
}

const STATES: readonly unknown[] = ['closed', 'open', 'half-open'] satisfies GuardState[];

/**
 * One stored guard, read from a place we do not trust to be whole.
 *
 * @throws TypeError that names the field
 */
export function readStoredGuard(value: unknown): StoredGuard {
  if (typeof value !== 'object' || value === null) throw unreadable('it', value, 'an object');
  const { id, state, ...rest } = value as Partial<Record<keyof StoredGuard, unknown>>;
  if (typeof id !== 'string' || id === '') throw unreadable('id', id, 'a text');
  if (!STATES.includes(state)) throw unreadable('state', state, '"closed", "open" or "half-open"');
  const healthyMs = rest.healthyMs === undefined ? undefined : amount('healthyMs', rest.healthyMs);
  return {
    id,
    state: state as GuardState,
    epoch: amount('epoch', rest.epoch),
    failuresInRow: amount('failuresInRow', rest.failuresInRow),
    restMs: amount('restMs', rest.restMs),
    ejections: amount('ejections', rest.ejections),
    ...(healthyMs !== undefined && { healthyMs }),
  };
}

function amount(field: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw unreadable(field, value, 'a number that is not negative');
}

function unreadable(field: string, value: unknown, wanted: string): TypeError {
  return new TypeError(
    `Cannot restore a guard: ${field} is ${JSON.stringify(value)}, not ${wanted}; leave this record out to begin anew`,
  );
}
