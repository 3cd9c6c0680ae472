import type { ProbeRules } from './probe.ts';
import type { Health } from './state.ts';

/** Makes one verdict of many probes, so that a single slip turns nobody away and a single success brings nobody back. */
export class Verdict {
  readonly #rules: Pick<ProbeRules, 'unhealthyAfter' | 'healthyAfter'>;
  #health: Health = 'unknown';
  #passed = 0;
  #failed = 0;

  constructor(rules: Pick<ProbeRules, 'unhealthyAfter' | 'healthyAfter'>) {
    this.#rules = rules;
  }

  get health(): Health {
    return this.#health;
  }

  /** Healthy, and the last one spoke for it too. */
  get isUnclouded(): boolean {
    return this.#health === 'healthy' && this.#failed === 0;
  }

  /** True when this one changed the verdict. */
  pass(): boolean {
    this.#failed = 0;
    this.#passed++;
    const enough = this.#health === 'unknown' || this.#passed >= this.#rules.healthyAfter;
    return enough && this.#become('healthy');
  }

  /** True when this one changed the verdict. */
  fail(): boolean {
    this.#passed = 0;
    this.#failed++;
    return this.#failed >= this.#rules.unhealthyAfter && this.#become('unhealthy');
  }

  #become(health: Health): boolean {
    if (this.#health === health) return false;
    this.#health = health;
    return true;
  }
}
