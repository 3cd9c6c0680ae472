import { FAULTS } from '../catalogue/faults.ts';
import { type AlertRule, alertRule } from './rule.ts';
import type { AlertRuleOptions } from './rule-options.ts';

/** With fewer events than this, one of them is too much of the whole: one slow request of two at night wakes nobody. */
const ENOUGH = 20;

/** The four rules of the requirements. What callers do wrong themselves is no reason to wake anybody. */
const REQUIRED: readonly AlertRuleOptions[] = [
  {
    name: 'high_error_rate',
    metric: 'mcp.operations.error',
    condition: '> 10',
    duration: 300,
    cooldown: 900,
    severity: 'warning',
    where: FAULTS.where,
    summary: '{{ $value | humanize }} requests failed within 5 minutes, and not by the fault of their callers',
  },
  {
    name: 'low_success_rate',
    metric: 'mcp.operations.success_rate',
    condition: '< 0.95',
    duration: 300,
    cooldown: 600,
    severity: 'critical',
    minSamples: ENOUGH,
    summary: 'Only {{ $value | humanizePercentage }} of the requests within 5 minutes succeeded',
  },
  {
    name: 'high_response_time',
    metric: 'mcp.operations.duration.p95',
    condition: '> 5.0',
    duration: 300,
    cooldown: 600,
    severity: 'warning',
    minSamples: ENOUGH,
    summary: 'One request of 20 took longer than {{ $value | humanizeDuration }}, over 5 minutes',
  },
  {
    name: 'too_many_connections',
    metric: 'mcp.connections.active',
    condition: '> 100',
    duration: 60,
    cooldown: 300,
    severity: 'warning',
    summary: '{{ $value }} connections are open',
  },
];

const OWN: readonly AlertRuleOptions[] = [
  {
    name: 'breaker_open',
    metric: 'mcp_breaker_state',
    where: { state: 'open' },
    by: ['breaker'],
    condition: '> 0',
    duration: 120,
    severity: 'warning',
    summary: 'The circuit breaker {{ $labels.breaker }} has been open for 2 minutes',
  },
  {
    // Who leaves in good order is not down; who is, is forgotten after ten minutes. Where nobody is left, calls fail.
    name: 'worker_down',
    metric: 'mcp_service_instances',
    where: { state: 'down' },
    by: ['service'],
    condition: '> 0',
    duration: 120,
    severity: 'info',
    summary: 'The worker {{ $labels.service }} was lost and has not come back for 2 minutes',
  },
  {
    name: 'jobs_wait_too_long',
    metric: 'mcp_jobs_oldest_queued_seconds',
    by: ['kind'],
    condition: '> 300',
    duration: 0,
    severity: 'warning',
    summary: 'A job of {{ $labels.kind }} has waited for {{ $value | humanizeDuration }}',
  },
  {
    name: 'event_loop_lag',
    metric: 'nodejs_eventloop_lag_seconds.p99',
    condition: '> 0.2',
    duration: 60,
    // A minute that only began, as after a start, has few samples: one of them is soon the hundredth part.
    holdFor: 30,
    severity: 'warning',
    summary: 'The event loop comes {{ $value | humanizeDuration }} late: something blocks it',
  },
  {
    name: 'slow_consumers',
    metric: 'mcp_slow_consumers',
    condition: '> 0',
    duration: 120,
    severity: 'info',
    summary: '{{ $value }} connections have not read what they were sent for 2 minutes',
  },
  {
    name: 'provider_quota_low',
    metric: 'mcp_provider_quota_remaining',
    by: ['provider', 'quota'],
    condition: '< 0.1',
    duration: 60,
    cooldown: 3600,
    severity: 'warning',
    summary: '{{ $value | humanizePercentage }} of the quota {{ $labels.quota }} of {{ $labels.provider }} is left',
  },
  {
    name: 'auth_failures',
    metric: 'mcp_auth_attempts_total',
    where: { outcome: { not: 'ok' } },
    by: ['scheme'],
    condition: '> 50',
    duration: 300,
    severity: 'warning',
    summary: '{{ $value | humanize }} credentials ({{ $labels.scheme }}) were refused within 5 minutes',
  },
  {
    name: 'audit_write_failed',
    metric: 'mcp_audit_failed_total',
    condition: '> 0',
    duration: 300,
    severity: 'critical',
    summary: '{{ $value | humanize }} records of the audit trail could not be written',
  },
  {
    name: 'monitoring_series_dropped',
    metric: 'mcp_monitoring_series_dropped_total',
    by: ['metric'],
    condition: '> 0',
    duration: 600,
    cooldown: 3600,
    severity: 'info',
    summary: '{{ $labels.metric }} is full: new series share one',
  },
  {
    name: 'cost_per_hour',
    metric: 'mcp_provider_cost_usd_total',
    condition: '> 25',
    duration: 3600,
    cooldown: 3600,
    severity: 'warning',
    summary: 'Providers charged {{ $value | humanize }} US dollars within an hour',
  },
  {
    name: 'no_traffic',
    metric: 'mcp.operations.started',
    condition: '< 1',
    duration: 900,
    cooldown: 3600,
    severity: 'info',
    enabled: false,
    summary: 'Nobody has asked for anything for 15 minutes',
  },
];

/**
 * What is watched unless the settings say otherwise. `no_traffic` is off: silence is no fault of a gateway that nobody uses
 * at night.
 */
export function defaultRules(): readonly AlertRule[] {
  return [...REQUIRED, ...OWN].map((options) => alertRule(options));
}
