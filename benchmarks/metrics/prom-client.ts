import { Counter, Histogram, Registry } from 'prom-client';
import type { Candidate } from './candidate.ts';
import { BOUNDS, CHILDREN, event, HELP, LABELS } from './events.ts';

export function promClient(): Candidate {
  const registers = [new Registry()];
  const counter = new Counter({ name: 'calls_total', help: HELP, labelNames: LABELS, registers });
  const bound = counter.labels('tools/call', 'websocket', 'ok');
  const timed = { name: 'call_seconds', help: HELP, labelNames: ['method', 'transport'], buckets: BOUNDS };
  const fixed = new Histogram({ ...timed, registers }).labels('tools/call', 'websocket');

  const scraped = new Registry();
  const children = new Histogram({ ...timed, registers: [scraped] });
  for (let nth = 0; nth < CHILDREN; nth += 1) {
    const child = children.labels(`tool-${nth}`, 'websocket');
    for (let more = 0; more < 20; more += 1) child.observe(event(nth + more).seconds);
  }

  return {
    name: 'prom-client',
    bound: (count) => {
      for (let nth = 0; nth < count; nth += 1) bound.inc();
    },
    dynamic: (count) => {
      for (let nth = 0; nth < count; nth += 1) {
        const { method, transport, code } = event(nth);
        counter.inc({ method, transport, code });
      }
    },
    histogram: (count) => {
      for (let nth = 0; nth < count; nth += 1) fixed.observe(event(nth).seconds);
    },
    scrape: async () => (await scraped.metrics()).length,
  };
}
