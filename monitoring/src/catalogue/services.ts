import type { MetricTable } from './row.ts';

/** Workers, by name, and the guards between them and calls. */
export const SERVICE_METRICS = {
  mcp_service_instances: {
    type: 'gauge',
    help: 'Workers: up, down, draining or being probed',
    labels: ['service', 'state'],
    cap: 1000,
  },
  mcp_service_inflight: { type: 'gauge', help: 'Calls that workers have', labels: ['service'] },
  mcp_service_picks_total: {
    type: 'counter',
    help: 'Attempts that were sent to workers, by the strategy that chose them',
    labels: ['service', 'strategy'],
  },
  mcp_health_checks_total: {
    type: 'counter',
    help: 'Health checks of workers, by what became of them',
    labels: ['service', 'outcome'],
    cap: 1000,
  },
  mcp_breaker_state: {
    type: 'gauge',
    help: '1 for the state a circuit breaker is in, 0 for the others',
    labels: ['breaker', 'state'],
    sums: false,
    cap: 1500,
  },
  mcp_breaker_transitions_total: {
    type: 'counter',
    help: 'Changes of circuit breakers, by their new state',
    labels: ['breaker', 'to'],
    cap: 1500,
  },
  mcp_breaker_rejected_total: {
    type: 'counter',
    help: 'Calls that went elsewhere while a circuit breaker kept a worker away',
    labels: ['breaker'],
  },
  mcp_retries_total: { type: 'counter', help: 'Attempts that were made once more', labels: ['target'] },
  mcp_retry_budget_exhausted_total: {
    type: 'counter',
    help: 'Attempts that were not made once more because too many had been',
    labels: ['target'],
  },
  mcp_fallbacks_total: {
    type: 'counter',
    help: 'Calls that went elsewhere because the first choice failed',
    labels: ['from', 'to'],
  },
} as const satisfies MetricTable;
