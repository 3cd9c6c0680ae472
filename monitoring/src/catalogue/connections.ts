import { FINE_SECONDS, JOB_SECONDS } from './buckets.ts';
import type { MetricTable } from './row.ts';

/** Connections, what travels on them, and who shows which credential. */
export const CONNECTION_METRICS = {
  mcp_connections_active: {
    type: 'gauge',
    help: 'Open connections',
    labels: ['transport'],
    dotted: 'mcp.connections.active',
  },
  mcp_connections_opened_total: { type: 'counter', help: 'Connections that were opened', labels: ['transport'] },
  mcp_connections_closed_total: {
    type: 'counter',
    help: 'Connections that were closed, by what their close code says',
    labels: ['transport', 'reason'],
  },
  mcp_connections_rejected_total: {
    type: 'counter',
    help: 'Connections that were refused, by reason',
    labels: ['reason'],
  },
  mcp_connections_resumed_total: {
    type: 'counter',
    help: 'Sessions that were asked for again on a new connection, by what became of it',
    labels: ['outcome'],
  },
  mcp_connection_lifetime_seconds: {
    type: 'histogram',
    help: 'How long connections lived',
    unit: 'seconds',
    labels: ['transport'],
    bounds: JOB_SECONDS,
  },
  mcp_connection_buffered_bytes: {
    type: 'gauge',
    help: 'Bytes that were written and not yet read by their peers, over all connections',
    unit: 'bytes',
    labels: [],
  },
  mcp_connection_buffered_max_bytes: {
    type: 'gauge',
    help: 'Bytes that were written and not yet read, of the connection that has most',
    unit: 'bytes',
    labels: [],
  },
  mcp_slow_consumers: {
    type: 'gauge',
    help: 'Connections with more unread bytes than the high-water mark',
    labels: [],
  },
  mcp_slow_consumer_closed_total: {
    type: 'counter',
    help: 'Connections that were cut because their peers did not read',
    labels: [],
  },
  mcp_messages_received_total: { type: 'counter', help: 'Messages that came', labels: ['kind'] },
  mcp_messages_sent_total: { type: 'counter', help: 'Messages that were sent', labels: ['kind'] },
  mcp_received_bytes_total: { type: 'counter', help: 'Bytes that came', unit: 'bytes', labels: ['transport'] },
  mcp_sent_bytes_total: { type: 'counter', help: 'Bytes that were sent', unit: 'bytes', labels: ['transport'] },
  mcp_ping_rtt_seconds: {
    type: 'histogram',
    help: 'From a ping to its pong',
    unit: 'seconds',
    labels: [],
    bounds: FINE_SECONDS,
  },
  mcp_auth_attempts_total: {
    type: 'counter',
    help: 'Credentials that were shown, by kind and by what became of them',
    labels: ['scheme', 'outcome'],
  },
} as const satisfies MetricTable;
