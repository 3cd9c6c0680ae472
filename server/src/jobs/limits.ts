import { CallError } from '@callsheet/protocol';
import type { CapacityLimits } from './capacity.ts';

export interface RunnerLimits extends CapacityLimits {
  /** Of a result, and of one remembered stage. Larger things belong into assets. */
  readonly maxResultBytes: number;
  /** How long a stopped tool may keep its slot before another job gets it. */
  readonly abortGraceMs: number;
  /**
   * A job that was interrupted so often, each time with the whole process that ran it, is failed: it may be what brings
   * them down. So is one that every worker refused so often.
   */
  readonly maxAttempts: number;
  /** Finished jobs are removed after this many days. */
  readonly retentionDays: number;
  /** How long a start waits for the worker of an attempt that ran outside, before the job is run again; 0: not at all. */
  readonly keepJobsMs: number;
}

const DEFAULT_RUNNER_LIMITS: RunnerLimits = {
  maxQueued: 10_000,
  maxQueuedPerPrincipal: 1_000,
  maxResultBytes: 4_194_304,
  abortGraceMs: 5_000,
  maxAttempts: 100,
  retentionDays: 30,
  keepJobsMs: 60_000,
};

/** When to ask again for a place that becomes free when a job ends. */
const PLACE_FREE_MS = 5_000;

/** The refusal of a job beyond the `most` unfinished ones that a caller of this role may have. */
export function tooManyUnfinished(role: string, most: number): CallError {
  const sentence = `Cannot start another job: the role "${role}" may have ${most} unfinished; wait for one to end or cancel it`;
  const facts = { retryAfterMs: PLACE_FREE_MS, details: { limit: 'jobs', most } };
  return new CallError('TOO_MANY_IN_FLIGHT', sentence, facts);
}

/** Fills in the defaults, and throws when a number makes no sense. */
export function checkRunnerLimits(
  slots: Readonly<Record<string, number>>,
  limits: Partial<RunnerLimits> = {},
): RunnerLimits {
  const all = { ...DEFAULT_RUNNER_LIMITS, ...limits };
  for (const [name, value] of Object.entries(slots)) {
    if (!Number.isInteger(value) || value < 1) {
      throw new Error(`Cannot run jobs with ${value} ${name} slots; use a whole number from 1`);
    }
  }
  for (const [name, value] of Object.entries(all)) {
    if (name === 'keepJobsMs' && value === 0) continue;
    if (!(value > 0)) throw new Error(`Cannot run jobs with ${name} = ${value}; use a number above 0`);
  }
  return all;
}
