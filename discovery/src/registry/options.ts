import type { Patience } from '../health/state.ts';

export interface RegistryOptions {
  /** How often a worker is to say that it is there, ± 10 % by its own dice; 5,000 ms. Told to it, not enforced. */
  readonly heartbeatMs?: number;
  /** Silence after which it gets no new calls; 10,000 ms. Calls in flight go on. */
  readonly suspectAfterMs?: number;
  /** Silence after which nobody should wait for it; 15,000 ms. A stopped process is noticed within this, not twice this. */
  readonly deadAfterMs?: number;
  /** How long a lost connection may be replaced by a newer epoch before the calls on it are given up; 3,000 ms. */
  readonly graceMs?: number;
  /** How long a dead worker stays in lists; 600,000 ms. Raise it when people look at them less often. */
  readonly forgetAfterMs?: number;
  /** Workers known at once, dead ones included; 10,000. */
  readonly maxWorkers?: number;
}

/** Every option, checked. */
export interface RegistryRules extends Patience {
  readonly heartbeatMs: number;
  readonly forgetAfterMs: number;
  readonly maxWorkers: number;
}

/** Fills in what was not said. @throws RangeError when the times are out of order. */
export function registryRules({
  heartbeatMs = 5_000,
  suspectAfterMs = 10_000,
  deadAfterMs = 15_000,
  graceMs = 3_000,
  forgetAfterMs = 600_000,
  maxWorkers = 10_000,
}: RegistryOptions = {}): RegistryRules {
  const least = (option: string, value: number, above: string, bound: number): void => {
    if (value > bound && Number.isFinite(value)) return;
    throw new RangeError(`Cannot keep a registry with ${option} ${value}; use a number above ${above}`);
  };
  least('heartbeatMs', heartbeatMs, '0', 0);
  least('suspectAfterMs', suspectAfterMs, `heartbeatMs, ${heartbeatMs}`, heartbeatMs);
  least('deadAfterMs', deadAfterMs, `suspectAfterMs, ${suspectAfterMs}`, suspectAfterMs);
  least('forgetAfterMs', forgetAfterMs, '0', 0);
  if (!(graceMs >= 0 && graceMs <= deadAfterMs)) {
    throw new RangeError(
      `Cannot keep a registry with graceMs ${graceMs}; use a number from 0 to deadAfterMs, ${deadAfterMs}`,
    );
  }
  if (!(Number.isInteger(maxWorkers) && maxWorkers >= 1)) {
    throw new RangeError(`Cannot keep a registry of maxWorkers ${maxWorkers}; use a whole number from 1`);
  }
  return { heartbeatMs, suspectAfterMs, deadAfterMs, graceMs, forgetAfterMs, maxWorkers };
}
