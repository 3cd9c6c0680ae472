import type { Random } from '../clock.ts';
import type { GuardRules } from './rules.ts';

/**
 * How long the stay outside is that follows `times` earlier ones: `ejectionMs` × 2 to the power of `times`, never above
 * `longestEjectionMs`, spread by the jitter. At the limit the spread lies below it, so that workers which have been out
 * for long still come back one by one.
 */
export function ejectionMs(times: number, rules: GuardRules, random: Random): number {
  const wanted = Math.min(rules.ejectionMs * 2 ** times, rules.longestEjectionMs);
  const least = wanted * (1 - rules.jitter);
  const most = Math.min(wanted * (1 + rules.jitter), rules.longestEjectionMs);
  return least + random() * (most - least);
}

/** The record of one worker that has been put out at least once. Moments are those of `Clock.monotonic`. */
export class Ejections {
  #times: number;
  #backAt: number | undefined;

  /** @param times ejections that are not forgotten yet; `backAt` is since when the worker has been in again, if it is */
  constructor(times = 0, backAt?: number) {
    this.#times = times;
    this.#backAt = backAt;
  }

  /** Writes one more down; answers how long the worker stays outside. */
  putOut(now: number, rules: GuardRules, random: Random): number {
    const stay = ejectionMs(this.times(now, rules), rules, random);
    this.#times = this.times(now, rules) + 1;
    this.#backAt = undefined;
    return stay;
  }

  cameBack(now: number): void {
    this.#backAt = now;
  }

  /** How many are not forgotten. */
  times(now: number, rules: GuardRules): number {
    return this.#backAt !== undefined && now - this.#backAt >= rules.forgetAfterMs ? 0 : this.#times;
  }

  /** For how long the worker has been in again; 0 while it is out. */
  healthyMs(now: number): number {
    return this.#backAt === undefined ? 0 : now - this.#backAt;
  }

  /** The share the worker should get: `rampFrom` when it comes back, 1 when `rampMs` have passed, and 1 while it is out. */
  ramp(now: number, rules: GuardRules): number {
    if (this.#backAt === undefined) return 1;
    const way = (now - this.#backAt) / rules.rampMs;
    return way < 1 ? rules.rampFrom + (1 - rules.rampFrom) * way : 1;
  }
}
