import { CALL_SECONDS, FINE_SECONDS, SIZES } from './buckets.ts';
import type { MetricTable } from './row.ts';

/** Requests, the tools they call, and why some are refused. */
export const REQUEST_METRICS = {
  mcp_operations_started_total: {
    type: 'counter',
    help: 'Requests that were accepted',
    labels: ['method', 'transport'],
    dotted: 'mcp.operations.started',
  },
  mcp_operations_success_total: {
    type: 'counter',
    help: 'Requests that were answered with a result',
    labels: ['method', 'transport'],
    dotted: 'mcp.operations.success',
  },
  mcp_operations_error_total: {
    type: 'counter',
    help: 'Requests that were answered with an error, by its code, or tool_error when the tool ran and failed',
    labels: ['method', 'transport', 'code'],
    dotted: 'mcp.operations.error',
    cap: 2000,
  },
  mcp_operations_duration_seconds: {
    type: 'histogram',
    help: 'From the frame of a request to its answer',
    unit: 'seconds',
    labels: ['method', 'transport'],
    bounds: CALL_SECONDS,
    native: true,
    dotted: 'mcp.operations.duration',
  },
  mcp_operations_active: { type: 'gauge', help: 'Requests that are being worked on', labels: ['method'] },
  mcp_operations_cancelled_total: {
    type: 'counter',
    help: 'Requests that were given up: by the client, by their deadline, with their connection, or by a shutdown',
    labels: ['method', 'reason'],
  },
  mcp_gateway_overhead_seconds: {
    type: 'histogram',
    help: 'Time the gateway itself needs for requests, by part of the road, and in total without the work of tools',
    unit: 'seconds',
    labels: ['phase'],
    bounds: FINE_SECONDS,
  },
  mcp_message_size_bytes: {
    type: 'histogram',
    help: 'Size of frames, without their headers',
    unit: 'bytes',
    labels: ['direction'],
    bounds: SIZES,
  },
  mcp_tools_calls_total: {
    type: 'counter',
    help: 'Calls of tools that ended, at once or as jobs',
    labels: ['tool', 'status'],
    dotted: 'mcp.tools.calls',
    cap: 2000,
  },
  mcp_tools_duration_seconds: {
    type: 'histogram',
    help: 'How long calls of tools took, at once or as jobs',
    unit: 'seconds',
    labels: ['tool'],
    bounds: CALL_SECONDS,
    native: true,
    dotted: 'mcp.tools.duration',
  },
  mcp_tools_active: { type: 'gauge', help: 'Attempts at tools that workers have', labels: ['tool'] },
  mcp_dedup_hits_total: {
    type: 'counter',
    help: 'Calls that were answered with the outcome kept under their idempotency key',
    labels: ['tool'],
  },
  mcp_rbac_denied_total: {
    type: 'counter',
    help: 'Requests that the role of their caller does not allow',
    labels: ['role'],
  },
  mcp_ratelimit_rejected_total: {
    type: 'counter',
    help: 'Requests that came too often, by the limit they met',
    labels: ['scope'],
  },
} as const satisfies MetricTable;
