import type { Health } from './state.ts';

/** Asks a worker whether it is well: resolves when it is, rejects when it is not. Aborted when nobody waits any longer. */
export type Probe = (signal: AbortSignal) => Promise<unknown>;

/** Who is probed: a lease of the registry, or anything like it. */
export interface Probed {
  readonly workerId: string;
  /** As people know it. */
  readonly name: string;
  /** Milliseconds since it said of itself that it is ready; undefined when it never did, or says otherwise. */
  readonly readyMsAgo: number | undefined;
  /** It gave a sign of life. */
  heard(): void;
  /** The verdict changed. */
  reportHealth(health: Health, reason: string): void;
  /** Calls back when there is nothing to probe any more. */
  onEnd(listener: () => void): void;
}

export interface HealthCheckerOptions {
  /** Pause between two probes of a worker; 10,000 ms. */
  readonly intervalMs?: number;
  /** How much each pause is stretched or shortened by dice, so that a fleet is not probed in one beat; 0.1 is ± 10 %. */
  readonly jitter?: number;
  /** How long an answer may take; 5,000 ms. */
  readonly timeoutMs?: number;
  /** Failures in a row that make it unhealthy; 3. */
  readonly unhealthyAfter?: number;
  /** Successes in a row that make an unhealthy one healthy again; 2. The very first success is enough for a new one. */
  readonly healthyAfter?: number;
  /**
   * How many probes in a row a healthy worker is spared that said within the pause that it is ready; 5. Its own word costs
   * nothing, but shows only that it can speak: now and then it is asked, to see that it hears.
   */
  readonly sparedInARow?: number;
}

/** Every option, checked. */
export type ProbeRules = Required<HealthCheckerOptions>;

/** Fills in what was not said. @throws RangeError naming the option. */
export function probeRules({
  intervalMs = 10_000,
  jitter = 0.1,
  timeoutMs = 5_000,
  unhealthyAfter = 3,
  healthyAfter = 2,
  sparedInARow = 5,
}: HealthCheckerOptions = {}): ProbeRules {
  const check = (option: string, value: number, good: boolean, wish: string): void => {
    if (!good) throw new RangeError(`Cannot probe workers with ${option} ${value}; use ${wish}`);
  };
  check('intervalMs', intervalMs, intervalMs >= 1 && Number.isFinite(intervalMs), 'a number from 1');
  check('jitter', jitter, jitter >= 0 && jitter < 1, 'a number from 0 to below 1');
  check('timeoutMs', timeoutMs, timeoutMs >= 1 && Number.isFinite(timeoutMs), 'a number from 1');
  check(
    'unhealthyAfter',
    unhealthyAfter,
    Number.isInteger(unhealthyAfter) && unhealthyAfter >= 1,
    'a whole number from 1',
  );
  check('healthyAfter', healthyAfter, Number.isInteger(healthyAfter) && healthyAfter >= 1, 'a whole number from 1');
  check('sparedInARow', sparedInARow, Number.isInteger(sparedInARow) && sparedInARow >= 0, 'a whole number from 0');
  return { intervalMs, jitter, timeoutMs, unhealthyAfter, healthyAfter, sparedInARow };
}
