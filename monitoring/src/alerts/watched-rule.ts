import type { Alert, AlertState, RuleStatus } from './alert.ts';
import type { FiringAlert } from './engine-state.ts';
import { AlertInstance, type Moment } from './instance.ts';
import { judgeOf } from './judge.ts';
import type { AlertRule } from './rule.ts';
import type { Sampler } from './sampler.ts';
import type { Judge } from './verdict.ts';

/** Alerts of one rule at most. Who has more to say than that is told about the first ones, and how many there were. */
export const MOST_ALERTS = 200;

/** What came of a step. */
export type Step = (instance: AlertInstance, change: AlertState) => void;

/** A rule at work: its judge, and its alerts. */
export class WatchedRule {
  readonly rule: AlertRule;
  readonly #sampler: Sampler;
  readonly #judge: Judge;
  readonly #instances = new Map<string, AlertInstance>();
  #round = 0;
  #dropped = 0;

  constructor(rule: AlertRule, sampler: Sampler) {
    this.rule = rule;
    this.#sampler = sampler;
    this.#judge = judgeOf(rule, sampler);
  }

  /** Why its metric could not be read; then everything stays as it is. */
  get fault(): string | undefined {
    for (const signal of this.#judge.signals) {
      const fault = this.#sampler.faultOf(signal);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  get instances(): Iterable<AlertInstance> {
    return this.#instances.values();
  }

  /** Looks at what the sampler has seen, and tells what changed. */
  step(at: Moment, changed: Step): void {
    if (this.fault !== undefined) return;
    this.#round += 1;
    this.#dropped = 0;
    this.#judge.judge((key, labels, value) => {
      const instance = this.#instances.get(key) ?? this.#enter(key, labels, value, at);
      if (instance === undefined) return;
      instance.value = value;
      instance.heldIn = this.#round;
    });
    for (const [key, instance] of this.#instances) {
      const change = instance.step(instance.heldIn === this.#round, at);
      if (change !== undefined) changed(instance, change);
      if (instance.isOver(at.steady)) this.#instances.delete(key);
    }
  }

  /** Takes up an alert that fired before a restart. */
  resume(stored: FiringAlert, at: Moment): void {
    this.#enter(JSON.stringify(stored.byValues), stored.byValues, stored.value, at)?.resume(stored, at);
  }

  status(snapshot: (instance: AlertInstance) => Alert): RuleStatus {
    const alerts = [...this.#instances.values()].filter(({ state }) => state !== 'ok').map(snapshot);
    const has = (state: string) => alerts.some((alert) => alert.state === state);
    const state = has('firing') ? 'firing' : has('pending') ? 'pending' : 'ok';
    return { rule: this.rule, state, alerts, dropped: this.#dropped, fault: this.fault };
  }

  /** It is looked at no more: what fires is over. */
  end(at: Moment, changed: Step): void {
    for (const instance of this.#instances.values()) {
      const change = instance.end(at);
      if (change !== undefined) changed(instance, change);
    }
    this.#instances.clear();
    for (const signal of this.#judge.signals) this.#sampler.release(signal);
  }

  #enter(key: string, labels: readonly string[], value: number, at: Moment): AlertInstance | undefined {
    if (this.#instances.size >= MOST_ALERTS && !this.#makeRoom()) {
      this.#dropped += 1;
      return undefined;
    }
    const instance = new AlertInstance(this.rule, labels, value, at);
    this.#instances.set(key, instance);
    return instance;
  }

  /** The oldest that is over goes first. */
  #makeRoom(): boolean {
    for (const [key, { state }] of this.#instances) {
      if (state === 'resolved' || state === 'ok') return this.#instances.delete(key);
    }
    return false;
  }
}
