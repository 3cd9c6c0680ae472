import type { Board } from './board.ts';
import { graph, stat } from './panels.ts';
import { max, quantile, rate, share, sum } from './promql.ts';

export const connections: Board = {
  slug: 'connections',
  title: 'Connections',
  says: 'Who is connected, who is refused, who does not read, and what travels.',
  rows: {
    Now: [
      stat({
        title: 'Open',
        says: 'Open connections.',
        unit: 'short',
        queries: { open: sum('mcp_connections_active') },
      }),
      stat({
        title: 'Refused',
        says: 'Connections refused per second.',
        unit: 'ops',
        queries: { refused: rate('mcp_connections_rejected_total') },
      }),
      stat({
        title: 'Slow consumers',
        says: 'Connections with more unread bytes than the high-water mark. They are cut when they do not read for long.',
        unit: 'short',
        queries: { slow: sum('mcp_slow_consumers') },
        warn: 1,
        bad: 10,
      }),
      stat({
        title: 'Unread',
        says: 'Bytes that were written and not yet read by their peers. They are held in memory.',
        unit: 'bytes',
        queries: { unread: sum('mcp_connection_buffered_bytes') },
      }),
      stat({
        title: 'Round trip p95',
        says: 'From a ping to its pong: network, and how soon both sides come to it.',
        unit: 's',
        queries: { p95: quantile(0.95, 'mcp_ping_rtt_seconds') },
      }),
      stat({
        title: 'Bad credentials',
        says: 'Share of credentials that were not good. A burst is somebody trying keys.',
        unit: 'percentunit',
        queries: {
          bad: share(rate('mcp_auth_attempts_total', [], 'outcome!="ok"'), rate('mcp_auth_attempts_total')),
        },
        warn: 0.1,
        bad: 0.5,
      }),
    ],
    'Coming and going': [
      graph({
        title: 'Open',
        says: 'Open connections, by door.',
        unit: 'short',
        stacked: true,
        queries: { '{{transport}}': sum('mcp_connections_active', ['transport']) },
      }),
      graph({
        title: 'Opened',
        says: 'Connections opened per second, by door.',
        unit: 'ops',
        queries: { '{{transport}}': rate('mcp_connections_opened_total', ['transport']) },
      }),
      graph({
        title: 'Closed',
        says: 'Connections closed per second, by what their close code says.',
        unit: 'ops',
        queries: { '{{reason}}': rate('mcp_connections_closed_total', ['reason']) },
      }),
      graph({
        title: 'Refused',
        says: 'Connections refused per second, by reason.',
        unit: 'ops',
        queries: { '{{reason}}': rate('mcp_connections_rejected_total', ['reason']) },
      }),
      graph({
        title: 'Taken up again',
        says: 'Sessions asked for again on a new connection, per second: with nothing missed, with a gap, or too late.',
        unit: 'ops',
        queries: { '{{outcome}}': rate('mcp_connections_resumed_total', ['outcome']) },
      }),
      graph({
        title: 'Lifetime',
        says: 'How long closed connections had lived.',
        unit: 's',
        queries: {
          p50: quantile(0.5, 'mcp_connection_lifetime_seconds'),
          p95: quantile(0.95, 'mcp_connection_lifetime_seconds'),
        },
      }),
    ],
    Traffic: [
      graph({
        title: 'Bytes',
        says: 'Bytes per second, by door.',
        unit: 'Bps',
        queries: {
          'in {{transport}}': rate('mcp_received_bytes_total', ['transport']),
          'out {{transport}}': rate('mcp_sent_bytes_total', ['transport']),
        },
      }),
      graph({
        title: 'Messages',
        says: 'Messages per second, by kind.',
        unit: 'ops',
        queries: {
          'in {{kind}}': rate('mcp_messages_received_total', ['kind']),
          'out {{kind}}': rate('mcp_messages_sent_total', ['kind']),
        },
      }),
      graph({
        title: 'Size of messages p95',
        says: 'Bytes of frames: one of twenty is larger.',
        unit: 'bytes',
        queries: { '{{direction}}': quantile(0.95, 'mcp_message_size_bytes', ['direction']) },
      }),
      graph({
        title: 'Unread',
        says: 'Bytes that were written and not yet read: over all connections, and of the one that has most.',
        unit: 'bytes',
        queries: {
          all: sum('mcp_connection_buffered_bytes'),
          most: max('mcp_connection_buffered_max_bytes'),
        },
      }),
      graph({
        title: 'Slow consumers',
        says: 'Connections above the high-water mark, and connections that were cut for it, per second.',
        unit: 'short',
        queries: {
          slow: sum('mcp_slow_consumers'),
          'cut/s': rate('mcp_slow_consumer_closed_total'),
        },
      }),
      graph({
        title: 'Round trip',
        says: 'From a ping to its pong.',
        unit: 's',
        queries: {
          p50: quantile(0.5, 'mcp_ping_rtt_seconds'),
          p95: quantile(0.95, 'mcp_ping_rtt_seconds'),
          p99: quantile(0.99, 'mcp_ping_rtt_seconds'),
        },
      }),
    ],
    'Who may': [
      graph({
        title: 'Credentials',
        says: 'Credentials shown per second, by kind and by what became of them.',
        unit: 'ops',
        queries: { '{{scheme}} {{outcome}}': rate('mcp_auth_attempts_total', ['scheme', 'outcome']) },
      }),
      graph({
        title: 'Not allowed',
        says: 'Requests per second that the role of their caller does not allow.',
        unit: 'reqps',
        queries: { '{{role}}': rate('mcp_rbac_denied_total', ['role']) },
      }),
      graph({
        title: 'Too often',
        says: 'Requests per second that met a limit, by which. Who it was: the audit trail knows.',
        unit: 'reqps',
        queries: { '{{scope}}': rate('mcp_ratelimit_rejected_total', ['scope']) },
      }),
    ],
  },
};
