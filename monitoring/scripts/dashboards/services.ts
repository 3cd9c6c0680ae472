import type { Board } from './board.ts';
import { graph, timeline } from './panels.ts';
import { max, rate, share, sum } from './promql.ts';

export const services: Board = {
  slug: 'services',
  title: 'Services and breakers',
  says: 'Who does the work: workers, how calls are spread over them, what keeps calls away, and what is answered from caches.',
  rows: {
    Workers: [
      graph({
        title: 'Workers',
        says: 'Workers by state: up, down, draining, or being probed.',
        unit: 'short',
        stacked: true,
        queries: { '{{service}} {{state}}': sum('mcp_service_instances', ['service', 'state']) },
      }),
      graph({
        title: 'In flight',
        says: 'Calls that workers have.',
        unit: 'short',
        stacked: true,
        queries: { '{{service}}': sum('mcp_service_inflight', ['service']) },
      }),
      graph({
        title: 'Picks',
        says: 'Attempts sent to workers per second, by the strategy that chose them.',
        unit: 'reqps',
        stacked: true,
        queries: { '{{service}} {{strategy}}': rate('mcp_service_picks_total', ['service', 'strategy']) },
      }),
      graph({
        title: 'Health checks',
        says: 'Health checks per second, by what became of them.',
        unit: 'ops',
        span: 24,
        queries: { '{{service}} {{outcome}}': rate('mcp_health_checks_total', ['service', 'outcome']) },
      }),
    ],
    Guards: [
      timeline({
        title: 'Circuit breakers',
        says: 'An open breaker keeps calls away from a worker that fails; half open it lets a few through to see.',
        unit: 'short',
        queries: {
          '{{breaker}}': `2 * ${max('mcp_breaker_state', ['breaker'], 'state="open"')} + ${max('mcp_breaker_state', ['breaker'], 'state="half_open"')}`,
        },
        states: {
          0: { text: 'closed', color: 'green' },
          1: { text: 'half open', color: 'yellow' },
          2: { text: 'open', color: 'red' },
        },
      }),
      graph({
        title: 'Changes of breakers',
        says: 'Changes per second, by the new state.',
        unit: 'ops',
        queries: { '{{breaker}} {{to}}': rate('mcp_breaker_transitions_total', ['breaker', 'to']) },
      }),
      graph({
        title: 'Kept away',
        says: 'Calls per second that an open breaker kept away.',
        unit: 'reqps',
        queries: { '{{breaker}}': rate('mcp_breaker_rejected_total', ['breaker']) },
      }),
      graph({
        title: 'Once more, or elsewhere',
        says: 'Attempts made once more, those not made because too many had been, and calls that went elsewhere, per second.',
        unit: 'reqps',
        queries: {
          'again {{target}}': rate('mcp_retries_total', ['target']),
          'not again {{target}}': rate('mcp_retry_budget_exhausted_total', ['target']),
          '{{from}} → {{to}}': rate('mcp_fallbacks_total', ['from', 'to']),
        },
      }),
    ],
    Caches: [
      graph({
        title: 'Hits',
        says: 'Share of look-ups that were answered from a cache.',
        unit: 'percentunit',
        max: 1,
        queries: {
          '{{cache}}': share(
            rate('mcp_cache_requests_total', ['cache'], 'result!="miss"'),
            rate('mcp_cache_requests_total', ['cache']),
          ),
        },
      }),
      graph({
        title: 'Entries',
        says: 'Entries of caches.',
        unit: 'short',
        queries: { '{{cache}}': sum('mcp_cache_entries', ['cache']) },
      }),
      graph({
        title: 'Bytes',
        says: 'Bytes of caches.',
        unit: 'bytes',
        queries: { '{{cache}}': sum('mcp_cache_bytes', ['cache']) },
      }),
      graph({
        title: 'Evictions',
        says: 'Entries that left caches per second, by reason. Many by size: the cache is too small.',
        unit: 'ops',
        span: 24,
        queries: { '{{cache}} {{reason}}': rate('mcp_cache_evictions_total', ['cache', 'reason']) },
      }),
    ],
  },
};
