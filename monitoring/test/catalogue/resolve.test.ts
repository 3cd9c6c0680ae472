import { expect } from 'chai';
import fc from 'fast-check';
import { METRICS } from '../../src/catalogue/metrics.ts';
import { resolveMetric } from '../../src/catalogue/resolve.ts';

describe('resolveMetric', () => {
  it('finds every metric by its own name', () => {
    for (const [name, { type }] of Object.entries(METRICS)) {
      expect(resolveMetric(name)).to.deep.equal({ name, type, view: 'value', scale: 1 });
    }
  });

  const known: readonly (readonly [string, string, string, number])[] = [
    ['mcp.operations.started', 'mcp_operations_started_total', 'value', 1],
    ['mcp.operations.success', 'mcp_operations_success_total', 'value', 1],
    ['mcp.operations.error', 'mcp_operations_error_total', 'value', 1],
    ['mcp.operations.error.rate', 'mcp_operations_error_total', 'rate', 1],
    ['mcp.operations.duration', 'mcp_operations_duration_seconds', 'value', 1],
    ['mcp.operations.duration.p95', 'mcp_operations_duration_seconds', 'p95', 1],
    ['mcp.operations.success_rate', 'mcp_operations_success_total', 'success_rate', 1],
    ['mcp.connections.active', 'mcp_connections_active', 'value', 1],
    ['mcp.tools.calls', 'mcp_tools_calls_total', 'value', 1],
    ['tool_calls_total', 'mcp_tools_calls_total', 'value', 1],
    ['tool_calls_total.rate', 'mcp_tools_calls_total', 'rate', 1],
    ['tool_duration_ms', 'mcp_tools_duration_seconds', 'value', 1000],
    ['tool_duration_ms.p99', 'mcp_tools_duration_seconds', 'p99', 1000],
    ['nodejs_eventloop_lag_seconds.p50', 'nodejs_eventloop_lag_seconds', 'p50', 1],
    ['mcp_ping_rtt_seconds.p90', 'mcp_ping_rtt_seconds', 'p90', 1],
  ];
  for (const [name, prometheus, view, scale] of known) {
    it(`takes "${name}" for ${view} of ${prometheus}`, () => {
      expect(resolveMetric(name)).to.include({ name: prometheus, view, scale });
    });
  }

  for (const name of [
    '',
    '.rate',
    'toString',
    'constructor.rate',
    'mcp.operations',
    'mcp_jobs.rate',
    'mcp_jobs.p95',
    'mcp_tools_calls_total.p95',
    'mcp_tools_duration_seconds.rate',
    'mcp_tools_duration_seconds.p75',
    'mcp.operations.error.rate.rate',
    'mcp_operations_duration_seconds_bucket',
  ]) {
    it(`does not know "${name}"`, () => {
      expect(resolveMetric(name)).to.equal(undefined);
    });
  }

  it('finds metrics beyond the table where it is told of them', () => {
    const table = { my_renders_total: { type: 'counter', help: 'Mine', labels: [], dotted: 'my.renders' } } as const;
    expect(resolveMetric('my.renders.rate', table)).to.include({ name: 'my_renders_total', view: 'rate' });
    expect(resolveMetric('mcp_jobs', table)).to.equal(undefined);
  });

  it('answers nothing but metrics of the table, whatever it is asked', () => {
    const parts = fc.constantFrom(...Object.keys(METRICS), 'mcp.tools.calls', 'rate', 'p99', '.', '__proto__', 'x');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 5 }), (words) => {
        const found = resolveMetric(words.join(''));
        return found === undefined || Object.hasOwn(METRICS, found.name);
      }),
    );
  });
});
