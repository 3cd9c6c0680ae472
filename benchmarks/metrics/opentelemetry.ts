import { AggregationType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { Candidate } from './candidate.ts';
import { BOUNDS, CHILDREN, event } from './events.ts';

/** Collects when it is asked to, and does nothing else. */
class OnDemand extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** Has no bound instruments: labels known beforehand are one object that is passed each time. */
export function openTelemetry(): Candidate {
  const meter = new MeterProvider({ readers: [new OnDemand()] }).getMeter('bench');
  const counter = meter.createCounter('calls');
  const known = { method: 'tools/call', transport: 'websocket', code: 'ok' };
  const explicit = { unit: 's', advice: { explicitBucketBoundaries: BOUNDS } };
  const fixed = meter.createHistogram('call', explicit);
  const labels = { method: 'tools/call', transport: 'websocket' };
  const views = [{ instrumentName: 'call', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }];
  const native = new MeterProvider({ readers: [new OnDemand()], views }).getMeter('bench').createHistogram('call');

  const reader = new OnDemand();
  const children = new MeterProvider({ readers: [reader] }).getMeter('bench').createHistogram('call', explicit);
  for (let nth = 0; nth < CHILDREN; nth += 1) {
    const child = { method: `tool-${nth}`, transport: 'websocket' };
    for (let more = 0; more < 20; more += 1) children.record(event(nth + more).seconds, child);
  }

  return {
    name: 'OpenTelemetry',
    bound: (count) => {
      for (let nth = 0; nth < count; nth += 1) counter.add(1, known);
    },
    dynamic: (count) => {
      for (let nth = 0; nth < count; nth += 1) {
        const { method, transport, code } = event(nth);
        counter.add(1, { method, transport, code });
      }
    },
    histogram: (count) => {
      for (let nth = 0; nth < count; nth += 1) fixed.record(event(nth).seconds, labels);
    },
    native: (count) => {
      for (let nth = 0; nth < count; nth += 1) native.record(event(nth).seconds, labels);
    },
    // What an exporter would be handed: nothing is written yet.
    scrape: async () => (await reader.collect()).resourceMetrics.scopeMetrics.length,
  };
}
