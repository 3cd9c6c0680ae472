import { type AlertNotice, alertNotice, type NoticeFacts } from '../../../src/alerts/notify/notice.ts';

export const BEGAN = Date.UTC(2026, 10, 21, 13, 30);

/** A notice of too many errors; `facts` says otherwise. */
export function someNotice(facts: Partial<NoticeFacts> = {}): AlertNotice {
  return alertNotice({
    rule_name: 'high_error_rate',
    metric: 'mcp.operations.error',
    value: 12,
    condition: '> 10',
    severity: 'warning',
    status: 'triggered',
    labels: { tool: 'create_video' },
    annotations: { summary: '12 errors in 300 s' },
    startsAt: BEGAN,
    timestamp: BEGAN + 1_000,
    ...facts,
  });
}

/** Of the same alert, over half a minute later. */
export function itsEnd(facts: Partial<NoticeFacts> = {}): AlertNotice {
  return someNotice({ status: 'resolved', value: 3, endsAt: BEGAN + 30_000, timestamp: BEGAN + 30_000, ...facts });
}

/** Of an alert of its own. */
export function noticeOf(rule_name: string, facts: Partial<NoticeFacts> = {}): AlertNotice {
  return someNotice({ rule_name, ...facts });
}
