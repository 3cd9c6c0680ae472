import { median } from '../auth/measure.ts';
import { atMost, type Part, times } from '../clients/bars.ts';
import type { Candidate, Work } from './candidate.ts';

const BARS_NS = { bound: 10, dynamic: 40, histogram: 15, native: 25 } as const;
const TITLES = {
  bound: 'counter, bound',
  dynamic: 'counter, three labels',
  histogram: 'histogram, bound',
  native: 'with exponential buckets',
} as const;
/** Of prom-client's time, at most this share. */
const SHARE_OF_PEER = 0.25;
type Operation = keyof typeof BARS_NS;
const OPERATIONS = Object.keys(BARS_NS) as Operation[];

/** Nanoseconds of each operation, medians of rounds in which every candidate had its turn. */
export function operations(candidates: readonly Candidate[], quick: boolean): Part {
  const [count, rounds] = quick ? [50_000, 11] : [200_000, 41];
  const rows = OPERATIONS.map((operation) => ({ operation, figures: measure(candidates, operation, count, rounds) }));
  return {
    title: `Nanoseconds per operation, medians of ${rounds} rounds of ${count.toLocaleString('en')}`,
    rows: rows.map(({ operation, figures }) => ({
      operation: TITLES[operation],
      'at most': BARS_NS[operation],
      ...Object.fromEntries(figures.map(({ name, ns }) => [name, Number.isNaN(ns) ? '–' : Number(ns.toFixed(1))])),
    })),
    bars: rows.flatMap(({ operation, figures: [own, peer] }) => [
      atMost(`${TITLES[operation]}, nanoseconds`, own?.ns ?? Number.NaN, BARS_NS[operation], (ns) => ns.toFixed(1)),
      ...(peer === undefined || Number.isNaN(peer.ns)
        ? []
        : [
            atMost(
              `${TITLES[operation]}, beside ${peer.name}`,
              (own?.ns ?? Number.NaN) / peer.ns,
              SHARE_OF_PEER,
              times,
            ),
          ]),
    ]),
  };
}

function measure(candidates: readonly Candidate[], operation: Operation, count: number, rounds: number) {
  const found = candidates.map((candidate) => ({
    name: candidate.name,
    work: candidate[operation],
    each: [] as number[],
  }));
  for (let round = -3; round < rounds; round += 1) {
    for (const { work, each } of found) {
      const ns = work === undefined ? Number.NaN : time(work, count);
      if (round >= 0) each.push(ns);
    }
  }
  return found.map(({ name, each }) => ({ name, ns: median(each) }));
}

function time(work: Work, count: number): number {
  const began = process.hrtime.bigint();
  work(count);
  return Number(process.hrtime.bigint() - began) / count;
}
