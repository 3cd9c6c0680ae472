import { MetricRegistry } from '@callsheet/monitoring';
import { atMost, mebibytes, type Part, whole } from '../clients/bars.ts';
import { HELP, LABELS } from './events.ts';

const NAMES = 1_000_000;
const CAP = 500;
const MOST_BYTES = 20 * 1_048_576;

/** What is left of a million names that nobody knows: one series for all that came after the cap. */
export function junk(): Part {
  const registry = new MetricRegistry();
  const counter = registry.counter({ name: 'calls_total', help: HELP, labels: LABELS, cap: CAP });
  const count = (name: string, times: number): void => {
    for (let nth = 0; nth < times; nth += 1) counter.cell(`${name}-${nth}`, `/path/${nth}`, `key-${nth}`).inc();
  };
  // The room that passing texts take is there before and after.
  count('warm', NAMES / 10);
  const before = process.memoryUsage().rss;
  const began = process.hrtime.bigint();
  count('junk', NAMES);
  const nanoseconds = Number(process.hrtime.bigint() - began) / NAMES;
  const grown = process.memoryUsage().rss - before;
  return {
    title: `${whole(NAMES)} unknown names, paths and keys`,
    rows: [
      {
        series: counter.size,
        dropped: counter.dropped,
        'RSS MiB': Number((grown / 1_048_576).toFixed(1)),
        'ns each': Math.round(nanoseconds),
      },
    ],
    bars: [
      atMost('series of junk, and one for the rest', counter.size, CAP + 1, whole),
      atMost('memory after a million junk names', grown, MOST_BYTES, mebibytes),
    ],
  };
}
