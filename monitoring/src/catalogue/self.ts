import { FINE_SECONDS } from './buckets.ts';
import type { MetricTable } from './row.ts';

/** What watches, watched: metrics, the log, the audit trail, traces, alerts. */
export const SELF_METRICS = {
  mcp_monitoring_series: { type: 'gauge', help: 'Series of each metric', labels: ['metric'] },
  mcp_monitoring_series_dropped_total: {
    type: 'counter',
    help: 'Observations that found their metric full and went to its overflow series',
    labels: ['metric'],
  },
  mcp_monitoring_faults_total: {
    type: 'counter',
    help: 'Events that could not be counted because of a fault of their observer',
    labels: ['observer'],
  },
  mcp_scrape_duration_seconds: {
    type: 'histogram',
    help: 'How long it took to write all metrics down',
    unit: 'seconds',
    labels: [],
    bounds: FINE_SECONDS,
  },
  mcp_log_lines_total: { type: 'counter', help: 'Lines of the log', labels: ['level'] },
  mcp_log_dropped_total: { type: 'counter', help: 'Lines of the log that were lost', labels: [] },
  mcp_audit_records_total: { type: 'counter', help: 'Records of the audit trail', labels: [] },
  mcp_audit_failed_total: {
    type: 'counter',
    help: 'Records of the audit trail that could not be written',
    labels: [],
  },
  mcp_trace_spans_total: { type: 'counter', help: 'Spans, by what became of them', labels: ['outcome'] },
  mcp_alerts_firing: { type: 'gauge', help: 'Alerts that are firing', labels: ['severity'] },
  mcp_alert_notifications_total: {
    type: 'counter',
    help: 'Notifications of alerts, by channel and by what became of them',
    labels: ['channel', 'outcome'],
  },
} as const satisfies MetricTable;
