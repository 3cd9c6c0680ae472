import type { Board } from './board.ts';
import { graph, stat } from './panels.ts';
import { increase, orZero, quantile, rate, series, share, sum } from './promql.ts';

export const providers: Board = {
  slug: 'providers',
  title: 'Providers and cost',
  says: 'Services of others: how well they answer, what they cost, what is left of their quotas.',
  rows: {
    Now: [
      stat({
        title: 'Cost per hour',
        says: 'US dollars an hour, at the pace of now.',
        unit: 'currencyUSD',
        queries: { 'per hour': orZero(`3600 * ${rate('mcp_provider_cost_usd_total')}`) },
        span: 6,
      }),
      stat({
        title: 'Cost',
        says: 'US dollars in all the time that is shown.',
        unit: 'currencyUSD',
        queries: { cost: orZero(increase('mcp_provider_cost_usd_total')) },
        span: 6,
      }),
      stat({
        title: 'Failures',
        says: 'Share of exchanges with providers that failed.',
        unit: 'percentunit',
        queries: {
          failures: share(
            rate('mcp_provider_requests_total', [], 'outcome!="ok"'),
            rate('mcp_provider_requests_total'),
          ),
        },
        warn: 0.02,
        bad: 0.1,
        span: 6,
      }),
      stat({
        title: 'Least quota left',
        says: 'What is left of the quota that is nearest to its end.',
        unit: 'percentunit',
        queries: { left: `min(${series('mcp_provider_quota_remaining')})` },
        span: 6,
      }),
    ],
    Exchanges: [
      graph({
        title: 'Requests',
        says: 'Exchanges with providers per second, by what became of them.',
        unit: 'reqps',
        stacked: true,
        queries: { '{{provider}} {{outcome}}': rate('mcp_provider_requests_total', ['provider', 'outcome']) },
      }),
      graph({
        title: 'Duration p95',
        says: 'One exchange of twenty takes longer.',
        unit: 's',
        queries: {
          '{{provider}} {{operation}}': quantile(0.95, 'mcp_provider_duration_seconds', ['provider', 'operation']),
        },
      }),
      graph({
        title: 'Quota left',
        says: 'Share of each quota that is left.',
        unit: 'percentunit',
        max: 1,
        queries: { '{{provider}} {{quota}}': `min by (provider, quota) (${series('mcp_provider_quota_remaining')})` },
      }),
    ],
    Cost: [
      graph({
        title: 'Cost per hour',
        says: 'US dollars an hour, by provider and operation.',
        unit: 'currencyUSD',
        stacked: true,
        queries: {
          '{{provider}} {{operation}}': `3600 * ${rate('mcp_provider_cost_usd_total', ['provider', 'operation'])}`,
        },
      }),
      graph({
        title: 'Credits per hour',
        says: 'Credits of providers an hour.',
        unit: 'short',
        stacked: true,
        queries: { '{{provider}}': `3600 * ${rate('mcp_provider_credits_total', ['provider'])}` },
      }),
      graph({
        title: 'Units',
        says: 'What is used of providers per second: tokens, characters, seconds, images.',
        unit: 'ops',
        queries: { '{{provider}} {{unit}}': rate('mcp_provider_units_total', ['provider', 'unit']) },
      }),
      graph({
        title: 'Cost so far',
        says: 'US dollars since each gateway was started.',
        unit: 'currencyUSD',
        span: 24,
        queries: { '{{provider}}': sum('mcp_provider_cost_usd_total', ['provider']) },
      }),
    ],
  },
};
