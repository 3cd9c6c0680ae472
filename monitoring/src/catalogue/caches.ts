import type { MetricTable } from './row.ts';

/** What is kept to be answered again. */
export const CACHE_METRICS = {
  mcp_cache_requests_total: {
    type: 'counter',
    help: 'Look-ups in caches: hit, miss, stale, or coalesced with one under way',
    labels: ['cache', 'result'],
  },
  mcp_cache_entries: { type: 'gauge', help: 'Entries of caches', labels: ['cache'] },
  mcp_cache_bytes: { type: 'gauge', help: 'Bytes of caches', unit: 'bytes', labels: ['cache'] },
  mcp_cache_evictions_total: {
    type: 'counter',
    help: 'Entries that left caches, by reason',
    labels: ['cache', 'reason'],
  },
} as const satisfies MetricTable;
