import type { AlertRule } from './rule.ts';
import type { Severity } from './rule-options.ts';

/**
 * `pending`: the condition holds, not yet long enough · `firing`: long enough · `resolved`: it fired and holds no more;
 * forgotten after a while · `ok`: it was pending and calmed down.
 */
export type AlertState = 'ok' | 'pending' | 'firing' | 'resolved';

/** One rule for one set of labels, as it was at one moment. Times are milliseconds since the epoch. */
export interface Alert {
  /** SHA-1 of its labels, 40 hexadecimal digits: the key by which every channel knows it again. */
  readonly id: string;
  /** Name of its rule. */
  readonly name: string;
  readonly metric: string;
  readonly condition: string;
  readonly severity: Severity;
  readonly state: AlertState;
  /** The newest that made it alarming. */
  readonly value: number;
  /** `alertname`, `severity`, those of `by` and those of the rule. */
  readonly labels: Readonly<Record<string, string>>;
  /** `summary`, and `runbook_url` when the rule has one. */
  readonly annotations: Readonly<Record<string, string>>;
  /** When it came to its state. */
  readonly since: number;
  /** When the condition began to hold. */
  readonly activeAt: number;
  /** When it began to fire; undefined while pending. */
  readonly firingAt: number | undefined;
  readonly resolvedAt: number | undefined;
  readonly acknowledged: Acknowledgement | undefined;
  /** Ids of the silences that cover it. */
  readonly silencedBy: readonly string[];
  /** Names of the channels that are told; undefined for every one. */
  readonly channels: readonly string[] | undefined;
}

/** Somebody knows and works on it: no more reminders until it resolves. */
export interface Acknowledgement {
  readonly by: string;
  readonly at: number;
  readonly comment: string;
}

/**
 * Something happened to an alert. `reminder`: nothing changed, people are told (again) · `acknowledged`: somebody said so ·
 * all others: it came to that state.
 */
export interface AlertEvent {
  readonly change: AlertState | 'reminder' | 'acknowledged';
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly alert: Alert;
  /** Whether channels are to be told: `alert.state` says of what, `firing` or `resolved`. */
  readonly notify: boolean;
  /** Whether they are told for the first time that it fires. A reminder can be that, of what was silenced when it began. */
  readonly isFirst: boolean;
}

/** A rule and what it has to say. */
export interface RuleStatus {
  readonly rule: AlertRule;
  /** The worst of its alerts. */
  readonly state: 'ok' | 'pending' | 'firing';
  /** Those that are not `ok`. */
  readonly alerts: readonly Alert[];
  /** Alerts there was no room for at the last evaluation. */
  readonly dropped: number;
  /** Why its metric could not be read at the last evaluation; undefined when it could. */
  readonly fault: string | undefined;
}
