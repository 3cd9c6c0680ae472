/**
 * What is remembered second by second and minute by minute, as `resolveMetric` names it: what an operator wants to see at a
 * glance, and a live view draws.
 */
export const FIGURES = [
  'mcp.operations.started.rate',
  'mcp.operations.error.rate',
  'mcp.operations.success_rate',
  'mcp.operations.duration.p50',
  'mcp.operations.duration.p95',
  'mcp.operations.duration.p99',
  'mcp_operations_active',
  'mcp.tools.calls.rate',
  'mcp.connections.active',
  'mcp_connection_buffered_bytes',
  'mcp_received_bytes_total.rate',
  'mcp_sent_bytes_total.rate',
  'mcp_jobs',
  'mcp_jobs_oldest_queued_seconds',
  'mcp_provider_cost_usd_total.rate',
  'mcp_alerts_firing',
  'nodejs_eventloop_lag_seconds.p99',
  'nodejs_eventloop_utilization_ratio',
  'nodejs_heap_used_bytes',
  'process_resident_memory_bytes',
  'process_cpu_seconds_total.rate',
] as const;

export type FigureName = (typeof FIGURES)[number];
