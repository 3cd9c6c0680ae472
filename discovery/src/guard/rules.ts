import { within } from './within.ts';

/** When a worker is put out, for how long, and how it comes back. The defaults come from the balance simulation. */
export interface GuardRules {
  /** Hard failures in a row that put a worker out. Usual: 5. Fewer makes a shared brown-out worse. */
  readonly hardInARow: number;
  /** The first stay outside; every further one is twice as long. Usual: 10,000. */
  readonly ejectionMs: number;
  /** The longest stay outside. Usual: 120,000. */
  readonly longestEjectionMs: number;
  /** How far a stay may differ, so that workers put out together do not return together. Usual: 0.1. */
  readonly jitter: number;
  /** After so much health earlier ejections are forgotten. Usual: 60,000. */
  readonly forgetAfterMs: number;
  /** How long a trial may take when its call names no deadline. Usual: 30,000. */
  readonly trialDeadlineMs: number;
  /** How long a worker takes from `rampFrom` back to its full share. Usual: 10,000. */
  readonly rampMs: number;
  /** The share a worker comes back with. Usual: 0.1. */
  readonly rampFrom: number;
  /** No more than this part of the fleet is put out. Usual: 0.5. */
  readonly mostOut: number;
  /** With this part of the fleet out the guards are more likely wrong than the workers: everybody is used. Usual: 0.5. */
  readonly panicAt: number;
}

const HOUR_MS = 3_600_000;

/** The defaults with what differs, checked. @throws RangeError for a value outside its range */
export function guardRules(differing: Partial<GuardRules> = {}): GuardRules {
  const ejectionMs = within('ejectionMs', differing.ejectionMs ?? 10_000, 1, HOUR_MS);
  return {
    hardInARow: within('hardInARow', differing.hardInARow ?? 5, 1, 1_000_000),
    ejectionMs,
    longestEjectionMs: within('longestEjectionMs', differing.longestEjectionMs ?? 120_000, ejectionMs, 24 * HOUR_MS),
    jitter: within('jitter', differing.jitter ?? 0.1, 0, 0.9),
    forgetAfterMs: within('forgetAfterMs', differing.forgetAfterMs ?? 60_000, 0, 24 * HOUR_MS),
    trialDeadlineMs: within('trialDeadlineMs', differing.trialDeadlineMs ?? 30_000, 1, 24 * HOUR_MS),
    rampMs: within('rampMs', differing.rampMs ?? 10_000, 0, HOUR_MS),
    rampFrom: within('rampFrom', differing.rampFrom ?? 0.1, 0.001, 1),
    mostOut: within('mostOut', differing.mostOut ?? 0.5, 0, 1),
    panicAt: within('panicAt', differing.panicAt ?? 0.5, 0.01, 1),
  };
}
