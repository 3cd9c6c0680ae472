import type { Clock, Random } from '../clock.ts';
import { type HealthCheckerOptions, type Probe, type Probed, type ProbeRules, probeRules } from './probe.ts';
import { ProbeCycle } from './probe-cycle.ts';

export interface HealthCheckerParts {
  /** A timing wheel, when there are more than a few workers. */
  readonly clock: Clock;
  readonly random: Random;
  readonly options?: HealthCheckerOptions;
  /**
   * Lets a worker back in that the guard had put out, after a success of a healthy one. Left out, no probe ever does: who fails
   * its calls may well answer its probes, and is let back in by a call that succeeds.
   */
  readonly liftEjection?: (workerId: string) => void;
}

/** Active probes of many workers, each at its own pace. */
export class HealthChecker {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #rules: ProbeRules;
  readonly #passed: (workerId: string) => void;
  readonly #cycles = new Set<ProbeCycle>();

  /** @throws RangeError when an option is out of its range. */
  constructor({ clock, random, options, liftEjection }: HealthCheckerParts) {
    this.#clock = clock;
    this.#random = random;
    this.#rules = probeRules(options);
    this.#passed = liftEjection ?? (() => undefined);
  }

  /** Workers being probed. */
  get size(): number {
    return this.#cycles.size;
  }

  /** Probes a worker from now on, until its lease ends or the answer is called. */
  add(target: Probed, probe: Probe): () => void {
    const cycle = new ProbeCycle(target, probe, {
      clock: this.#clock,
      random: this.#random,
      rules: this.#rules,
      passed: this.#passed,
    });
    this.#cycles.add(cycle);
    const stop = (): void => {
      if (this.#cycles.delete(cycle)) cycle.close();
    };
    target.onEnd(stop);
    return stop;
  }

  close(): void {
    for (const cycle of this.#cycles) cycle.close();
    this.#cycles.clear();
  }
}
