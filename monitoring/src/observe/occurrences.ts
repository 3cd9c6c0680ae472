import { defineCounter, defineGauge } from '../catalogue/define.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import type { Handlers } from './handlers.ts';
import type { ToolBook } from './tool-book.ts';

/** Counts what happens without taking time. */
export function occurrenceHandlers(registry: MetricRegistry, tools: ToolBook): Handlers {
  const replayed = defineCounter(registry, 'mcp_dedup_hits_total');
  const lookups = defineCounter(registry, 'mcp_cache_requests_total');
  const evicted = defineCounter(registry, 'mcp_cache_evictions_total');
  const retries = defineCounter(registry, 'mcp_retries_total');
  const exhausted = defineCounter(registry, 'mcp_retry_budget_exhausted_total');
  const fallbacks = defineCounter(registry, 'mcp_fallbacks_total');
  const checks = defineCounter(registry, 'mcp_health_checks_total');
  const transitions = defineCounter(registry, 'mcp_breaker_transitions_total');
  const media = defineCounter(registry, 'mcp_media_bytes_total');
  const rendering = defineGauge(registry, 'mcp_render_realtime_ratio');
  return {
    occurrence(event) {
      switch (event.type) {
        case 'replayed':
          return replayed.cell(tools.label(event.tool)).inc();
        case 'cache':
          return lookups.cell(event.cache, event.result).inc();
        case 'evicted':
          return evicted.cell(event.cache, event.reason).inc();
        case 'retry':
          return retries.cell(event.target).inc();
        case 'retry_budget_exhausted':
          return exhausted.cell(event.target).inc();
        case 'fallback':
          return fallbacks.cell(event.from, event.to).inc();
        case 'health_check':
          return checks.cell(event.worker, event.outcome).inc();
        case 'breaker':
          return transitions.cell(event.breaker, event.to).inc();
        case 'media':
          return media.cell(event.kind, event.direction).inc(event.bytes);
        case 'render':
          return rendering.cell(event.kind).set(event.ratio);
      }
    },
  };
}
