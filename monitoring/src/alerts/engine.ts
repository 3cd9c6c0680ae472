import type { ToolLog } from '@callsheet/protocol';
import type { FamilyReading } from '../metrics/reading.ts';
import type { Alert, AlertEvent, AlertState, RuleStatus } from './alert.ts';
import { type AlertEngineState, type FiringAlert, readEngineState } from './engine-state.ts';
import type { AlertInstance, Moment } from './instance.ts';
import type { AlertRule } from './rule.ts';
import type { Severity } from './rule-options.ts';
import { Sampler } from './sampler.ts';
import { type Silence, type SilenceRequest, Silences } from './silences.ts';
import { WatchedRule } from './watched-rule.ts';

/** Time as the engine needs it. */
export interface AlertClock {
  /** Milliseconds since the epoch; may jump. For what people read, and for the ends of silences. */
  now(): number;
  /** Milliseconds that never go back; durations are taken from these, so that a clock that is set fires nothing. */
  monotonic(): number;
  /** Calls back once after `ms` milliseconds; the answer takes the appointment back. */
  after(ms: number, callback: () => void): () => void;
}

export interface AlertEngineOptions {
  /** Families by their Prometheus name; undefined for one that is not there (yet). */
  readonly source: (family: string) => FamilyReading | undefined;
  readonly clock: AlertClock;
  readonly log: ToolLog;
  /** Makes ids of silences, each once. */
  readonly makeId: () => string;
  readonly rules?: readonly AlertRule[];
  /** Between two evaluations, 1,000 to 60,000 milliseconds; 15,000 when not said. */
  readonly everyMs?: number;
  /** What `toJSON` answered before a restart, out of a file. */
  readonly state?: unknown;
}

/**
 * Looks at metrics again and again, and says what is alarming.
 *
 * Who listens with `onEvent` is told each change of state, and whether people are to be notified of it. They are when an
 * alert fires, again after `cooldown` while it goes on, and once when what they were told of is over, a silence or not. They
 * are not while it is silenced or acknowledged, nor twice within `cooldown` however often it comes and goes.
 */
export class AlertEngine {
  readonly #options: AlertEngineOptions;
  readonly #everyMs: number;
  readonly #sampler: Sampler;
  readonly #rules = new Map<string, AlertRule>();
  readonly #watched = new Map<string, WatchedRule>();
  readonly #silences: Silences;
  readonly #listeners = new Set<(event: AlertEvent) => void>();
  readonly #faults = new Map<string, string>();
  #last = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #startedAt = 0;

  /** @throws RangeError for options that cannot be. */
  constructor(options: AlertEngineOptions) {
    const { everyMs = 15_000, rules = [], state } = options;
    if (!(everyMs >= 1000 && everyMs <= 60_000)) {
      throw new RangeError(`Cannot watch for alerts: everyMs is ${everyMs}; give 1000 to 60000`);
    }
    this.#options = options;
    this.#everyMs = everyMs;
    this.#sampler = new Sampler(options.source, everyMs);
    this.#silences = new Silences(options.makeId);
    for (const rule of rules) this.setRule(rule);
    if (state !== undefined) this.#resume(readEngineState(state));
  }

  /** Evaluates now, and every `everyMs` from now on. */
  start(): void {
    this.stop();
    this.#startedAt = this.#options.clock.monotonic();
    this.#appoint();
    this.#look();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Adds a rule, in place of the one of the same name. @throws RangeError when it cannot be evaluated at this pace. */
  setRule(rule: AlertRule): void {
    if (rule.meaning.kind !== 'level' && rule.duration * 1000 < this.#everyMs) {
      const why = `it looks over ${rule.duration} s, and alerts are evaluated every ${this.#everyMs / 1000} s`;
      throw new RangeError(`Cannot watch the alert rule "${rule.name}": ${why}; give a longer duration`);
    }
    this.removeRule(rule.name);
    this.#rules.set(rule.name, rule);
    if (rule.enabled) this.#watched.set(rule.name, new WatchedRule(rule, this.#sampler));
  }

  /** Takes a rule away; what it fired is over. Whether there was one. */
  removeRule(name: string): boolean {
    const at = this.#moment();
    this.#watched.get(name)?.end(at, (instance, change) => this.#tell(this.#changed(instance, change, at)));
    this.#watched.delete(name);
    this.#faults.delete(name);
    return this.#rules.delete(name);
  }

  /** Looks at every metric, and answers what happened. Twice in the same millisecond does nothing. */
  evaluate(): readonly AlertEvent[] {
    const at = this.#moment();
    if (at.steady <= this.#last) return [];
    this.#last = at.steady;
    this.#silences.expire(at.wall);
    this.#sampler.look(at.steady);
    const events: AlertEvent[] = [];
    for (const watched of this.#watched.values()) {
      watched.step(at, (instance, change) => events.push(this.#changed(instance, change, at)));
      for (const instance of watched.instances) {
        const isFirst = !instance.isTold;
        if (this.#notifies(instance, at)) events.push(this.#event('reminder', instance, at, true, isFirst));
      }
      this.#complain(watched);
    }
    for (const event of events) this.#tell(event);
    return events;
  }

  /** Calls back for everything that happens; the answer ends that. */
  onEvent(listener: (event: AlertEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** No more reminders of a firing alert until it resolves. @throws RangeError when there is none of this id. */
  acknowledge(id: string, by: string, comment = ''): Alert {
    const at = this.#moment();
    const instance = this.#firing().find((one) => one.id === id);
    if (instance === undefined) {
      throw new RangeError(
        `Cannot acknowledge the alert "${id}": it is not firing; list the alerts for those that are`,
      );
    }
    instance.acknowledged = { by, at: at.wall, comment };
    const event = this.#event('acknowledged', instance, at, false);
    this.#tell(event);
    return event.alert;
  }

  /** Nobody is told of what it covers until it ends. @throws RangeError that says what is wrong with it. */
  silence(request: SilenceRequest): Silence {
    return this.#silences.add(request, this.#options.clock.now());
  }

  /** Ends a silence before its time; whether there was one. */
  endSilence(id: string): boolean {
    return this.#silences.end(id);
  }

  /** Silences in force. */
  silences(): readonly Silence[] {
    this.#silences.expire(this.#options.clock.now());
    return this.#silences.list();
  }

  /** Every rule, in the order they were set. */
  list(): readonly RuleStatus[] {
    this.#silences.expire(this.#options.clock.now());
    return [...this.#rules.values()].map((rule): RuleStatus => {
      const watched = this.#watched.get(rule.name);
      if (watched === undefined) return { rule, state: 'ok', alerts: [], dropped: 0, fault: undefined };
      return watched.status((instance) => instance.snapshot(this.#silences.covering(instance.labels)));
    });
  }

  /** How many alerts fire, by severity. */
  firing(): Readonly<Record<Severity, number>> {
    const counts: Record<Severity, number> = { critical: 0, warning: 0, info: 0 };
    for (const { rule, instances } of this.#watched.values()) {
      for (const { state } of instances) if (state === 'firing') counts[rule.severity] += 1;
    }
    return counts;
  }

  /** What is to be stored to be known after a restart: silences, and what fires, who was told and who knows. */
  toJSON(): AlertEngineState {
    const at = this.#moment();
    return { version: 1, silences: this.#silences.list(), firing: this.#firing().map((one) => one.store(at)) };
  }

  #resume({ silences, firing }: AlertEngineState): void {
    const at = this.#moment();
    for (const silence of silences) {
      try {
        this.#silences.restore(silence, at.wall);
      } catch (error) {
        this.#options.log.warn({ error: String(error) }, 'A stored silence was left out');
      }
    }
    for (const alert of firing) this.#resumeAlert(alert, at);
  }

  #resumeAlert(alert: FiringAlert, at: Moment): void {
    const watched = this.#watched.get(alert.rule);
    if (watched?.rule.by.length === alert.byValues.length) watched.resume(alert, at);
  }

  #firing(): AlertInstance[] {
    const all = [...this.#watched.values()].flatMap(({ instances }) => [...instances]);
    return all.filter(({ state }) => state === 'firing');
  }

  #changed(instance: AlertInstance, change: AlertState, at: Moment): AlertEvent {
    if (change === 'firing') {
      const notify = this.#notifies(instance, at);
      return this.#event(change, instance, at, notify, notify);
    }
    const isNews = change === 'resolved' && instance.isTold;
    if (isNews) instance.isTold = false;
    return this.#event(change, instance, at, isNews);
  }

  /** Whether people are told now that it fires; it is then remembered. */
  #notifies(instance: AlertInstance, { steady }: Moment): boolean {
    if (!instance.isDue(steady) || this.#silences.covering(instance.labels).length > 0) return false;
    instance.toldAt = steady;
    instance.isTold = true;
    return true;
  }

  #event(
    change: AlertEvent['change'],
    instance: AlertInstance,
    { wall }: Moment,
    notify: boolean,
    isFirst = false,
  ): AlertEvent {
    const alert = instance.snapshot(this.#silences.covering(instance.labels));
    return { change, at: wall, alert, notify, isFirst };
  }

  #tell(event: AlertEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#options.log.error({ alert: event.alert.name, error: String(error) }, 'A listener of alerts threw');
      }
    }
  }

  /** Once for each fault that begins. */
  #complain({ rule, fault }: WatchedRule): void {
    if (this.#faults.get(rule.name) === fault) return;
    if (fault === undefined) this.#faults.delete(rule.name);
    else {
      this.#faults.set(rule.name, fault);
      this.#options.log.warn({ rule: rule.name, error: fault }, 'An alert rule cannot be evaluated');
    }
  }

  /** In step with the start, however long evaluations and waits took. */
  #appoint(): void {
    const { clock } = this.#options;
    const late = (clock.monotonic() - this.#startedAt) % this.#everyMs;
    this.#cancel = clock.after(this.#everyMs - late, () => {
      // First of all: who is told of something may stop the engine.
      this.#appoint();
      this.#look();
    });
  }

  /** Thrown out of a timer, a fault of ours would end the process that was to be watched. */
  #look(): void {
    try {
      this.evaluate();
    } catch (error) {
      this.#options.log.error({ error: String(error) }, 'Alerts could not be evaluated; it is tried again next time');
    }
  }

  #moment(): Moment {
    const { clock } = this.#options;
    return { steady: clock.monotonic(), wall: clock.now() };
  }
}
