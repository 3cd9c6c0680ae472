import { expose, MetricRegistry } from '@callsheet/monitoring';
import type { Candidate } from './candidate.ts';
import { BOUNDS, CHILDREN, event, HELP, LABELS } from './events.ts';

export function callsheet(): Candidate {
  const registry = new MetricRegistry();
  const counter = registry.counter({ name: 'calls_total', help: HELP, labels: LABELS });
  const bound = counter.cell('tools/call', 'websocket', 'ok');
  const labels = ['method', 'transport'];
  const timed = { help: HELP, unit: 'seconds', labels, bounds: BOUNDS };
  const fixed = registry.histogram({ ...timed, name: 'call_seconds' }).cell('tools/call', 'websocket');
  const native = registry.histogram({ ...timed, name: 'native_seconds', native: true }).cell('tools/call', 'websocket');

  const scraped = new MetricRegistry();
  const children = scraped.histogram({ ...timed, name: 'call_seconds', cap: CHILDREN });
  for (let nth = 0; nth < CHILDREN; nth += 1) {
    for (let more = 0; more < 20; more += 1)
      children.cell(`tool-${nth}`, 'websocket').observe(event(nth + more).seconds);
  }

  return {
    name: 'Callsheet',
    bound: (count) => {
      for (let nth = 0; nth < count; nth += 1) bound.inc();
    },
    dynamic: (count) => {
      for (let nth = 0; nth < count; nth += 1) {
        const { method, transport, code } = event(nth);
        counter.cell(method, transport, code).inc();
      }
    },
    histogram: (count) => {
      for (let nth = 0; nth < count; nth += 1) fixed.observe(event(nth).seconds);
    },
    native: (count) => {
      for (let nth = 0; nth < count; nth += 1) native.observe(event(nth).seconds);
    },
    scrape: async () => (await expose(scraped)).body.length,
  };
}
