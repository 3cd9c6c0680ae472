import { filterMatchers } from '../../src/alerts/label-filter.ts';
import { burnRecord } from '../../src/alerts/promql.ts';
import { FAULTS } from '../../src/catalogue/faults.ts';
import type { Board } from './board.ts';
import { graph, stat, timeline } from './panels.ts';
import { orZero, rate, sum } from './promql.ts';

const SUCCESS = rate('mcp_operations_success_total');
const FAILED = rate(FAULTS.family, [], filterMatchers(FAULTS.where).join(','));

/** Without job and instance: objectives are those of all gateways together. */
const recorded = (seconds: number): string => `max by (slo) (${burnRecord(seconds)})`;

export const alerts: Board = {
  slug: 'alerts',
  title: 'Alerts and objectives',
  says: 'What fires, who was told, and how much of the error budget is left.',
  rows: {
    Alerts: [
      stat({
        title: 'Firing',
        says: 'Alerts that are firing inside the gateways, which judge their rules without Prometheus as well.',
        unit: 'short',
        queries: { '{{severity}}': sum('mcp_alerts_firing', ['severity']) },
        warn: 1,
        span: 12,
      }),
      stat({
        title: 'Notifications not delivered',
        says: 'Notifications per second that no channel took.',
        unit: 'ops',
        queries: { failed: orZero(rate('mcp_alert_notifications_total', [], 'outcome=~"failed|dropped"')) },
        span: 12,
      }),
      timeline({
        title: 'Rules in Prometheus',
        says: 'Rules of rules/callsheet.yml that are pending or firing.',
        unit: 'short',
        queries: {
          '{{alertname}} {{severity}}':
            'max by (alertname, severity) (ALERTS{alertstate="pending"}) or 2 * max by (alertname, severity) (ALERTS{alertstate="firing"})',
        },
        states: { 1: { text: 'pending', color: 'yellow' }, 2: { text: 'firing', color: 'red' } },
      }),
      graph({
        title: 'Firing by severity',
        says: 'Alerts that are firing inside the gateways.',
        unit: 'short',
        stacked: true,
        span: 12,
        queries: { '{{severity}}': sum('mcp_alerts_firing', ['severity']) },
      }),
      graph({
        title: 'Notifications',
        says: 'Notifications per second, by channel and by what became of them.',
        unit: 'ops',
        span: 12,
        queries: { '{{channel}} {{outcome}}': rate('mcp_alert_notifications_total', ['channel', 'outcome']) },
      }),
    ],
    Objectives: [
      graph({
        title: 'Availability',
        says: 'Share of requests that succeeded, as alert rules see it: what callers do wrong themselves counts neither way.',
        unit: 'percentunit',
        span: 12,
        max: 1,
        queries: { availability: `${SUCCESS} / (${SUCCESS} + (${orZero(FAILED)}))` },
      }),
      graph({
        title: 'Bad events of objectives',
        says: 'Share of bad events over several times, as the rules of objectives record it. The budget is what the objective leaves: 0.1 % of 99.9 %.',
        unit: 'percentunit',
        span: 12,
        queries: {
          '{{slo}} 5 minutes': recorded(300),
          '{{slo}} 1 hour': recorded(3600),
          '{{slo}} 6 hours': recorded(6 * 3600),
          '{{slo}} 3 days': recorded(72 * 3600),
        },
      }),
    ],
  },
};
