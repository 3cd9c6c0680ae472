import type { OccurrenceObservation } from '@callsheet/protocol';
import { defineCounter, defineGauge } from '../catalogue/define.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import type { Handlers } from './handlers.ts';
import type { ToolBook } from './tool-book.ts';

type Counters = {
  readonly [Type in OccurrenceObservation['type']]: (event: Extract<OccurrenceObservation, { type: Type }>) => void;
};

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
  const rejected = defineCounter(registry, 'mcp_breaker_rejected_total');
  const media = defineCounter(registry, 'mcp_media_bytes_total');
  const rendering = defineGauge(registry, 'mcp_render_realtime_ratio');
  const count: Counters = {
    replayed: ({ tool }) => replayed.cell(tools.label(tool)).inc(),
    cache: ({ cache, result }) => lookups.cell(cache, result).inc(),
    evicted: ({ cache, reason }) => evicted.cell(cache, reason).inc(),
    retry: ({ target }) => retries.cell(target).inc(),
    retry_budget_exhausted: ({ target }) => exhausted.cell(target).inc(),
    fallback: ({ from, to }) => fallbacks.cell(from, to).inc(),
    health_check: ({ worker, outcome }) => checks.cell(worker, outcome).inc(),
    breaker: ({ breaker, to }) => transitions.cell(breaker, to).inc(),
    breaker_rejected: ({ breaker }) => rejected.cell(breaker).inc(),
    media: ({ kind, direction, bytes }) => media.cell(kind, direction).inc(bytes),
    render: ({ kind, ratio }) => rendering.cell(kind).set(ratio),
  };
  return { occurrence: (event) => tally(count, event) };
}

function tally<Type extends OccurrenceObservation['type']>(
  count: Counters,
  event: Extract<OccurrenceObservation, { type: Type }>,
): void {
  const counter: Counters[Type] = count[event.type];
  counter(event);
}
