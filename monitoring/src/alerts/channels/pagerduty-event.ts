import type { AlertNotice, Severity } from '../notify/notice.ts';
import { clip, headline, timestampOf } from './headline.ts';

/** An event of PagerDuty's Events API v2 (developer.pagerduty.com, «Send an alert event»). */
export interface PagerDutyEvent {
  readonly routing_key: string;
  readonly event_action: 'trigger' | 'acknowledge' | 'resolve';
  /** At most 255 characters; the same from the beginning of an incident to its end. */
  readonly dedup_key: string;
  readonly client: 'callsheet';
  /** Of triggers alone. */
  readonly payload?: PagerDutyPayload;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
}

export interface PagerDutyPayload {
  /** At most 1,024 characters. */
  readonly summary: string;
  readonly source: string;
  readonly severity: Severity;
  readonly timestamp: string;
  readonly component: string;
  readonly group?: string;
  readonly class: string;
  readonly custom_details: Readonly<Record<string, unknown>>;
}

const LONGEST_KEY = 255;
const LONGEST_SUMMARY = 1_024;
/** Of one text among the details: an event may have 512 KB in all. */
const LONGEST_DETAIL = 4_096;
const MOST_LABELS = 50;

export interface Sender {
  readonly routingKey: string;
  readonly source: string;
}

export function pagerDutyEvent(
  { routingKey, source }: Sender,
  action: PagerDutyEvent['event_action'],
  notice: AlertNotice,
): PagerDutyEvent {
  const head = {
    routing_key: routingKey,
    event_action: action,
    dedup_key: notice.fingerprint.slice(0, LONGEST_KEY),
    client: 'callsheet',
  } as const;
  if (action !== 'trigger') return head;
  const { runbook } = notice.annotations;
  const links = runbook !== undefined && /^https?:\/\//.test(runbook) ? [{ href: runbook, text: 'Runbook' }] : [];
  return { ...head, payload: payloadOf(notice, source), links };
}

function payloadOf(notice: AlertNotice, source: string): PagerDutyPayload {
  const { service } = notice.labels;
  return {
    summary: clip(headline(notice), LONGEST_SUMMARY),
    source,
    severity: notice.severity,
    timestamp: timestampOf(notice.startsAt),
    component: notice.metric,
    ...(service !== undefined && { group: service }),
    class: notice.rule_name,
    custom_details: {
      value: String(notice.value),
      condition: notice.condition,
      labels: Object.fromEntries(
        Object.entries(notice.labels)
          .slice(0, MOST_LABELS)
          .map(([label, value]) => [label, clip(value, LONGEST_DETAIL)]),
      ),
      description: clip(notice.annotations.description ?? '', LONGEST_DETAIL),
      runbook: clip(notice.annotations.runbook ?? '', LONGEST_DETAIL),
    },
  };
}
