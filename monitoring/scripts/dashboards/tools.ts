import type { Board } from './board.ts';
import { graph, table } from './panels.ts';
import { quantile, rate, share, sum } from './promql.ts';

/** Refused and cancelled calls are no fault of the tool. */
const FAILED = 'status=~"error|timeout"';

export const tools: Board = {
  slug: 'tools',
  title: 'Tools',
  says: 'Every tool: how often it is called, how long it takes, how often it fails.',
  rows: {
    'All tools': [
      table({
        title: 'Tools now',
        says: 'Calls per second, share of failures, and how long calls take, in seconds.',
        unit: 'short',
        queries: {
          'calls/s': rate('mcp_tools_calls_total', ['tool']),
          failures: share(rate('mcp_tools_calls_total', ['tool'], FAILED), rate('mcp_tools_calls_total', ['tool'])),
          p50: quantile(0.5, 'mcp_tools_duration_seconds', ['tool']),
          p99: quantile(0.99, 'mcp_tools_duration_seconds', ['tool']),
          running: sum('mcp_tools_active', ['tool']),
        },
      }),
    ],
    'By tool': [
      graph({
        title: 'Calls',
        says: 'Calls that ended, per second.',
        unit: 'reqps',
        stacked: true,
        queries: { '{{tool}}': rate('mcp_tools_calls_total', ['tool']) },
      }),
      graph({
        title: 'How calls end',
        says: 'Calls that ended, per second, by how. Refused: by its own rules the gateway never asked the tool.',
        unit: 'reqps',
        stacked: true,
        queries: { '{{status}}': rate('mcp_tools_calls_total', ['status']) },
      }),
      graph({
        title: 'Failures',
        says: 'Calls that failed or took too long, per second. They are kept as traces, whether they were sampled or not.',
        unit: 'reqps',
        queries: { '{{tool}}': rate('mcp_tools_calls_total', ['tool'], FAILED) },
      }),
      graph({
        title: 'Duration p50',
        says: 'Half of the calls take longer. Dots lead to traces.',
        unit: 's',
        exemplars: true,
        queries: { '{{tool}}': quantile(0.5, 'mcp_tools_duration_seconds', ['tool']) },
      }),
      graph({
        title: 'Duration p95',
        says: 'One call of twenty takes longer.',
        unit: 's',
        exemplars: true,
        queries: { '{{tool}}': quantile(0.95, 'mcp_tools_duration_seconds', ['tool']) },
      }),
      graph({
        title: 'Duration p99',
        says: 'One call of a hundred takes longer.',
        unit: 's',
        exemplars: true,
        queries: { '{{tool}}': quantile(0.99, 'mcp_tools_duration_seconds', ['tool']) },
      }),
      graph({
        title: 'Running',
        says: 'Calls and jobs that run.',
        unit: 'short',
        stacked: true,
        span: 12,
        queries: { '{{tool}}': sum('mcp_tools_active', ['tool']) },
      }),
      graph({
        title: 'Answered again',
        says: 'Calls that were answered with the outcome kept under their idempotency key, per second.',
        unit: 'reqps',
        span: 12,
        queries: { '{{tool}}': rate('mcp_dedup_hits_total', ['tool']) },
      }),
    ],
  },
};
