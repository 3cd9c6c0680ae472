import { CALL_SECONDS } from './buckets.ts';
import type { MetricTable } from './row.ts';

/** Services of others, what they cost, and the media that is made with them. */
export const PROVIDER_METRICS = {
  mcp_provider_requests_total: {
    type: 'counter',
    help: 'Exchanges with providers, by what became of them',
    labels: ['provider', 'operation', 'outcome'],
  },
  mcp_provider_duration_seconds: {
    type: 'histogram',
    help: 'How long exchanges with providers took',
    unit: 'seconds',
    labels: ['provider', 'operation'],
    bounds: CALL_SECONDS,
  },
  mcp_provider_cost_usd_total: {
    type: 'counter',
    help: 'What providers charged, in US dollars',
    unit: 'usd',
    labels: ['provider', 'operation'],
  },
  mcp_provider_credits_total: {
    type: 'counter',
    help: 'What providers charged, in credits of their own',
    labels: ['provider', 'operation'],
  },
  mcp_provider_units_total: {
    type: 'counter',
    help: 'What was used of providers, by unit: characters, tokens, seconds, images',
    labels: ['provider', 'unit'],
  },
  mcp_provider_quota_remaining: {
    type: 'gauge',
    help: 'What is left of a quota, as a share of the whole, 0 to 1',
    labels: ['provider', 'quota'],
    sums: false,
  },
  mcp_media_stored_bytes: { type: 'gauge', help: 'Bytes of stored files', unit: 'bytes', labels: ['kind'] },
  mcp_media_bytes_total: {
    type: 'counter',
    help: 'Bytes of files that were stored or served',
    unit: 'bytes',
    labels: ['kind', 'direction'],
  },
  mcp_render_realtime_ratio: {
    type: 'gauge',
    help: 'Seconds of media made in one second by the newest rendering; 1 is real time',
    unit: 'ratio',
    labels: ['kind'],
    sums: false,
  },
} as const satisfies MetricTable;
