import { defineCounter, defineGauge, defineHistogram } from '../catalogue/define.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import type { Handlers } from './handlers.ts';

/** Counts exchanges with providers and what they cost. */
export function providerHandlers(registry: MetricRegistry): Handlers {
  const requests = defineCounter(registry, 'mcp_provider_requests_total');
  const duration = defineHistogram(registry, 'mcp_provider_duration_seconds');
  const cost = defineCounter(registry, 'mcp_provider_cost_usd_total');
  const credits = defineCounter(registry, 'mcp_provider_credits_total');
  const used = defineCounter(registry, 'mcp_provider_units_total');
  const quotas = defineGauge(registry, 'mcp_provider_quota_remaining');
  return {
    providerEnd(exchange) {
      const { provider, operation, outcome = 'error', durationMs, costUsd, units, quota } = exchange;
      requests.cell(provider, operation, outcome).inc();
      duration.cell(provider, operation).observe(durationMs / 1000);
      if (costUsd !== undefined) cost.cell(provider, operation).inc(costUsd);
      if (exchange.credits !== undefined) credits.cell(provider, operation).inc(exchange.credits);
      for (const unit in units) used.cell(provider, unit).inc(units[unit]);
      for (const name in quota) quotas.cell(provider, name).set(quota[name] ?? 0);
    },
  };
}
