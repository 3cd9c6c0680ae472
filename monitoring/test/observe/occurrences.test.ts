import type { OccurrenceObservation } from '@callsheet/protocol';
import { expect } from 'chai';
import { observing, withTools } from './observing.ts';
import { tell } from './told.ts';

describe('counting what happens without taking time', () => {
  const observe = observing();

  const cases: readonly (readonly [OccurrenceObservation, string, readonly string[], number])[] = [
    [{ type: 'replayed', tool: 'draw' }, 'mcp_dedup_hits_total', ['draw'], 1],
    [{ type: 'replayed', tool: 'junk' }, 'mcp_dedup_hits_total', ['other'], 1],
    [{ type: 'cache', cache: 'answers', result: 'stale' }, 'mcp_cache_requests_total', ['answers', 'stale'], 1],
    [{ type: 'evicted', cache: 'answers', reason: 'size' }, 'mcp_cache_evictions_total', ['answers', 'size'], 1],
    [{ type: 'retry', target: 'gpu' }, 'mcp_retries_total', ['gpu'], 1],
    [{ type: 'retry_budget_exhausted', target: 'gpu' }, 'mcp_retry_budget_exhausted_total', ['gpu'], 1],
    [{ type: 'fallback', from: 'gpu', to: 'cpu' }, 'mcp_fallbacks_total', ['gpu', 'cpu'], 1],
    [{ type: 'health_check', worker: 'gpu', outcome: 'failed' }, 'mcp_health_checks_total', ['gpu', 'failed'], 1],
    [{ type: 'breaker', breaker: 'gpu', to: 'open' }, 'mcp_breaker_transitions_total', ['gpu', 'open'], 1],
    [
      { type: 'media', kind: 'video', direction: 'served', bytes: 900 },
      'mcp_media_bytes_total',
      ['video', 'served'],
      900,
    ],
    [{ type: 'render', kind: 'video', ratio: 2.5 }, 'mcp_render_realtime_ratio', ['video'], 2.5],
  ];
  for (const [event, name, labels, value] of cases) {
    it(`counts ${JSON.stringify(event)} in ${name}`, () => {
      const seen = observe(withTools({ draw: 'call' }));
      tell('occurrence', event);
      expect(seen.value(name, ...labels)).to.equal(value);
      expect(seen.value('mcp_monitoring_faults_total', 'occurrences')).to.equal(0);
    });
  }
});
