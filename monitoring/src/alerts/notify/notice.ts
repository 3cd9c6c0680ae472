import { createHash } from 'node:crypto';

export const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;

/** How much it matters, least first. */
export type Severity = (typeof SEVERITIES)[number];

/** `repeated`: it was told before and still fires. */
export type NoticeStatus = 'triggered' | 'resolved' | 'repeated';

/** What channels and handlers are told when an alert fires, fires on, or is over. The keys are those handlers know. */
export interface AlertNotice {
  readonly rule_name: string;
  /** As the rule names it, e.g. `mcp.operations.error`. */
  readonly metric: string;
  /** What was measured when this was decided; not finite where nothing could be measured. */
  readonly value: number;
  /** As the rule says it, e.g. `> 10`. */
  readonly condition: string;
  readonly severity: Severity;
  readonly status: NoticeStatus;
  /** All that tells this alert from others, `alertname` and `severity` included. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: NoticeAnnotations;
  /** Since when the condition holds, in milliseconds since the epoch. */
  readonly startsAt: number;
  /** When it was over; only of what is resolved. */
  readonly endsAt?: number;
  /** When this was decided, in milliseconds since the epoch. */
  readonly timestamp: number;
  /** See `fingerprintOf`: the same for an alert from its beginning to its end, and in every channel. */
  readonly fingerprint: string;
}

/** What people read. */
export interface NoticeAnnotations {
  /** One line. */
  readonly summary: string;
  readonly description?: string;
  /** Where it says what to do: a URL or the name of a document. */
  readonly runbook?: string;
}

/** A notice as whoever decided it knows it: `labels` are those of the series and of the rule. */
export type NoticeFacts = Omit<AlertNotice, 'fingerprint'>;

/** Completes the labels as Prometheus would, with `alertname` and `severity`, and adds the fingerprint. */
export function alertNotice(facts: NoticeFacts): AlertNotice {
  const labels = { ...facts.labels, alertname: facts.rule_name, severity: facts.severity };
  return { ...facts, labels, fingerprint: fingerprintOf(labels) };
}

/**
 * 40 hexadecimal digits: SHA-1 (FIPS 180-4) of the labels sorted by name, as JSON `[["alertname","x"],…]`, so that no two
 * sets of labels read alike. It tells alerts apart and guards nothing.
 *
 * @param labels all of the alert, `alertname` included
 */
export function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha1').update(JSON.stringify(sorted)).digest('hex');
}
