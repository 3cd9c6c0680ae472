import type { Board } from './board.ts';
import { graph, stat } from './panels.ts';
import { max, quantile, rate, share, sum } from './promql.ts';

/** What to look at first. */
export const overview: Board = {
  slug: 'overview',
  title: 'Overview',
  says: 'Whether the gateway is well: traffic, errors, latency, connections, jobs, and the process itself.',
  rows: {
    Now: [
      stat({
        title: 'Requests',
        says: 'Requests accepted per second, over every door.',
        unit: 'reqps',
        queries: { requests: rate('mcp_operations_started_total') },
      }),
      stat({
        title: 'Errors',
        says: 'Share of requests that were answered with an error.',
        unit: 'percentunit',
        queries: { errors: share(rate('mcp_operations_error_total'), rate('mcp_operations_started_total')) },
        warn: 0.01,
        bad: 0.05,
      }),
      stat({
        title: 'Latency p99',
        says: 'One request of a hundred takes longer than this, the work of tools included.',
        unit: 's',
        queries: { p99: quantile(0.99, 'mcp_operations_duration_seconds') },
      }),
      stat({
        title: 'Connections',
        says: 'Open connections, over every door.',
        unit: 'short',
        queries: { connections: sum('mcp_connections_active') },
      }),
      stat({
        title: 'Event loop lag p99',
        says: 'How late the event loop comes to its timers. Above 100 ms every caller feels it: look at Runtime.',
        unit: 's',
        queries: { p99: quantile(0.99, 'nodejs_eventloop_lag_seconds') },
        warn: 0.05,
        bad: 0.1,
      }),
      stat({
        title: 'Jobs',
        says: 'Jobs that wait or run.',
        unit: 'short',
        queries: { jobs: sum('mcp_jobs') },
      }),
    ],
    Traffic: [
      graph({
        title: 'Requests by method',
        says: 'Requests accepted per second.',
        unit: 'reqps',
        stacked: true,
        queries: { '{{method}}': rate('mcp_operations_started_total', ['method']) },
      }),
      graph({
        title: 'Errors by code',
        says: 'Answers with an error per second. tool_error: the tool ran and failed; the others are refusals and faults of the gateway.',
        unit: 'reqps',
        stacked: true,
        queries: { '{{code}}': rate('mcp_operations_error_total', ['code']) },
      }),
      graph({
        title: 'Latency',
        says: 'From the frame of a request to its answer. Dots lead to traces.',
        unit: 's',
        exemplars: true,
        queries: {
          p50: quantile(0.5, 'mcp_operations_duration_seconds'),
          p95: quantile(0.95, 'mcp_operations_duration_seconds'),
          p99: quantile(0.99, 'mcp_operations_duration_seconds'),
        },
      }),
      graph({
        title: 'Requests in flight',
        says: 'Requests that are being worked on. A line that only rises is a tool that does not answer.',
        unit: 'short',
        stacked: true,
        queries: { '{{method}}': sum('mcp_operations_active', ['method']) },
      }),
      graph({
        title: 'Overhead p99',
        says: 'Time that is the gateway its own, by part of the road; total is without the work of tools.',
        unit: 's',
        queries: { '{{phase}}': quantile(0.99, 'mcp_gateway_overhead_seconds', ['phase']) },
      }),
      graph({
        title: 'Given up',
        says: 'Requests that were given up per second: by their client, by their deadline, with their connection, by a shutdown.',
        unit: 'reqps',
        queries: { '{{reason}}': rate('mcp_operations_cancelled_total', ['reason']) },
      }),
    ],
    'Work and process': [
      graph({
        title: 'Connections by door',
        says: 'Open connections.',
        unit: 'short',
        queries: { '{{transport}}': sum('mcp_connections_active', ['transport']) },
      }),
      graph({
        title: 'Jobs by state',
        says: 'Jobs that wait or run.',
        unit: 'short',
        stacked: true,
        queries: { '{{state}}': sum('mcp_jobs', ['state']) },
      }),
      graph({
        title: 'Event loop',
        says: 'How late the event loop comes to its timers, and the share of time it is busy (by gateway).',
        unit: 's',
        queries: {
          'lag p50': quantile(0.5, 'nodejs_eventloop_lag_seconds'),
          'lag p99': quantile(0.99, 'nodejs_eventloop_lag_seconds'),
          'busy {{instance}}': max('nodejs_eventloop_utilization_ratio', ['instance']),
        },
      }),
    ],
  },
};
