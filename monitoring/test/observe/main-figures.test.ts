import { expect } from 'chai';
import { defineCounter, defineGauge, defineHistogram } from '../../src/catalogue/define.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { mainFigures } from '../../src/observe/main-figures.ts';
import { snapshot } from '../../src/observe/snapshot.ts';

describe('the main figures of a snapshot', () => {
  it('are what the requirements name, and what is not 0', () => {
    const registry = new MetricRegistry();
    defineCounter(registry, 'mcp_operations_started_total').cell('ping', 'http');
    defineCounter(registry, 'mcp_jobs_stalled_total').cell('create_video');
    defineCounter(registry, 'mcp_dedup_hits_total').cell('echo').inc();
    defineHistogram(registry, 'mcp_ping_rtt_seconds').cell();
    defineHistogram(registry, 'mcp_scrape_duration_seconds').cell().observe(0.001);
    defineGauge(registry, 'mcp_breaker_state').cell('gpu', 'open').set(1);
    defineGauge(registry, 'mcp_slow_consumers').cell().set(0);
    const { metrics, success_rate, uptime_seconds } = mainFigures(snapshot(registry, { uptimeSeconds: 5 }));
    expect({ success_rate, uptime_seconds }).to.deep.equal({ success_rate: null, uptime_seconds: 5 });
    expect(Object.keys(metrics)).to.have.members([
      ...['mcp.operations.started', 'mcp_dedup_hits_total', 'mcp_scrape_duration_seconds', 'mcp_breaker_state'],
      'mcp_monitoring_series',
    ]);
    expect(metrics.mcp_monitoring_series).to.have.all.keys('type', 'value');
  });
});
