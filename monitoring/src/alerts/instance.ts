import type { Acknowledgement, Alert, AlertState } from './alert.ts';
import type { FiringAlert } from './engine-state.ts';
import { fingerprintOf } from './notify/notice.ts';
import type { AlertRule } from './rule.ts';
import { fillSummary } from './summary.ts';

/** One moment, on both clocks, in milliseconds. */
export interface Moment {
  /** Never goes back; durations are taken from it. */
  readonly steady: number;
  /** Since the epoch; for people, and for what lasts longer than the process. */
  readonly wall: number;
}

/** How long what was resolved is shown, in milliseconds. */
const SHOWN_RESOLVED = 900_000;

/**
 * One rule for one set of label values, from the moment the condition holds. The steps are those of Prometheus: pending for
 * `for` seconds, firing while the condition holds and `keepFiringFor` seconds on, then resolved.
 */
export class AlertInstance {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  state: AlertState = 'pending';
  value: number;
  acknowledged: Acknowledgement | undefined;
  /** When people were last told that it fires. */
  toldAt: number | undefined;
  /** Whether they were told that it fires and not yet that it is over. */
  isTold = false;
  /** Round of the engine in which the condition last held; 0 for what was taken up again. */
  heldIn = 0;
  readonly #rule: AlertRule;
  readonly #byValues: readonly string[];
  #activeAt: Moment;
  #firingAt: Moment | undefined;
  #endedAt: Moment | undefined;
  #calmSince: number | undefined;
  #isNew = true;
  /** Not over before this moment, whatever is seen: what was seen before a restart is not known any more. */
  #holdUntil = Number.NEGATIVE_INFINITY;

  constructor(rule: AlertRule, byValues: readonly string[], value: number, at: Moment) {
    this.#rule = rule;
    this.#byValues = byValues;
    this.labels = alertLabels(rule, byValues);
    this.id = fingerprintOf(this.labels);
    this.value = value;
    this.#activeAt = at;
  }

  /** Takes up what fired before a restart. It cannot be over until its metric was looked at for as long as it takes to be calm. */
  resume({ activeAt, firingAt, toldAt, acknowledged }: FiringAlert, at: Moment): void {
    // A clock may have been set back meanwhile, and a file be damaged: nothing began later than now, or before there were clocks.
    const before = (stored: number): Moment => {
      const wall = Math.max(0, Math.min(stored, at.wall));
      return { steady: at.steady - (at.wall - wall), wall };
    };
    this.state = 'firing';
    this.#isNew = false;
    this.#activeAt = before(activeAt);
    this.#firingAt = before(firingAt);
    this.#holdUntil = at.steady + lookedOverMs(this.#rule);
    this.toldAt = toldAt === undefined ? undefined : before(toldAt).steady;
    this.isTold = toldAt !== undefined;
    this.acknowledged = acknowledged;
  }

  /** What has to be known of it after a restart, while it fires. */
  store(at: Moment): FiringAlert {
    return {
      rule: this.#rule.name,
      byValues: this.#byValues,
      value: this.value,
      activeAt: this.#activeAt.wall,
      firingAt: this.#firingAt?.wall ?? at.wall,
      // The one moment that is kept on the steady clock alone.
      toldAt: this.isTold && this.toldAt !== undefined ? at.wall - (at.steady - this.toldAt) : undefined,
      acknowledged: this.acknowledged,
    };
  }

  /** Whether the condition holds now. Answers what it came to, when that is something new. */
  step(isHolding: boolean, at: Moment): AlertState | undefined {
    if (isHolding) return this.#hold(at);
    if (this.state === 'firing' && this.#isKept(at.steady)) return undefined;
    return this.end(at);
  }

  /** The condition holds no more, or nobody looks any more. */
  end(at: Moment): AlertState | undefined {
    if (this.state !== 'pending' && this.state !== 'firing') return undefined;
    this.state = this.state === 'firing' ? 'resolved' : 'ok';
    this.#endedAt = at;
    this.acknowledged = undefined;
    return this.state;
  }

  /** Whether nothing about it matters any more. */
  isOver(steady: number): boolean {
    if (this.#endedAt === undefined) return false;
    const shownFor = this.state === 'resolved' ? SHOWN_RESOLVED : 0;
    return steady - this.#endedAt.steady >= shownFor && this.#isCool(steady);
  }

  /** Whether people are to be told that it fires: for the first time, or once more. */
  isDue(steady: number): boolean {
    if (this.state !== 'firing' || this.acknowledged !== undefined) return false;
    return this.#isCool(steady);
  }

  /** As it is now. */
  snapshot(silencedBy: readonly string[]): Alert {
    const { name, metric, condition, severity, runbook, summary, channels } = this.#rule;
    const text = fillSummary(summary, this.value, this.labels);
    const since = this.#endedAt ?? this.#firingAt ?? this.#activeAt;
    return {
      id: this.id,
      name,
      metric,
      condition,
      severity,
      state: this.state,
      value: this.value,
      labels: this.labels,
      annotations: runbook === undefined ? { summary: text } : { summary: text, runbook_url: runbook },
      since: since.wall,
      activeAt: this.#activeAt.wall,
      firingAt: this.#firingAt?.wall,
      resolvedAt: this.state === 'resolved' ? this.#endedAt?.wall : undefined,
      acknowledged: this.acknowledged,
      silencedBy,
      channels,
    };
  }

  #hold(at: Moment): AlertState | undefined {
    this.#calmSince = undefined;
    this.#holdUntil = Number.NEGATIVE_INFINITY;
    const isNew = this.#isNew || this.#endedAt !== undefined;
    this.#isNew = false;
    if (this.#endedAt !== undefined) {
      this.state = 'pending';
      this.#activeAt = at;
      this.#firingAt = undefined;
      this.#endedAt = undefined;
    }
    if (this.state === 'pending' && at.steady - this.#activeAt.steady >= forMs(this.#rule)) {
      this.state = 'firing';
      this.#firingAt = at;
      return 'firing';
    }
    return isNew && this.state === 'pending' ? 'pending' : undefined;
  }

  #isCool(steady: number): boolean {
    return this.toldAt === undefined || steady - this.toldAt >= this.#rule.cooldown * 1000;
  }

  #isKept(steady: number): boolean {
    this.#calmSince ??= steady;
    return steady < this.#holdUntil || steady - this.#calmSince < this.#rule.keepFiringFor * 1000;
  }
}

/** Of objectives the short time of a pair: when that is calm, the long one does not matter. */
function lookedOverMs({ meaning, duration }: AlertRule): number {
  return 1000 * (meaning.kind === 'burn' ? Math.max(...meaning.pairs.map(({ short }) => short)) : duration);
}

/** How long the condition must hold: what looks over a duration looks back far enough by itself. */
export function forMs({ meaning, duration, holdFor }: AlertRule): number {
  return 1000 * (meaning.kind === 'level' ? duration : holdFor);
}

/** All labels of an alert of `rule`; `byValues` in the order of `rule.by`. */
export function alertLabels(rule: AlertRule, byValues: readonly string[]): Readonly<Record<string, string>> {
  const by = rule.by.map((label, index) => [label, byValues[index] ?? '']);
  return { ...rule.labels, ...Object.fromEntries(by), alertname: rule.name, severity: rule.severity };
}
