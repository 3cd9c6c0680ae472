import { median } from '../auth/measure.ts';
import { atMost, milliseconds, type Part, times } from '../clients/bars.ts';
import type { Candidate } from './candidate.ts';
import { CHILDREN } from './events.ts';

const BAR_MS = 5;
const SHARE_OF_PEER = 0.5;
const WARM_UP_ROUNDS = 20;

/** How long a scrape takes, from the question to the whole page. */
export async function scrapes(candidates: readonly Candidate[], quick: boolean): Promise<Part> {
  const rounds = quick ? 9 : 31;
  const found = candidates.map(({ name, scrape }) => ({ name, scrape, each: [] as number[], characters: 0 }));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    for (const one of found) {
      const began = process.hrtime.bigint();
      one.characters = await one.scrape();
      if (round >= 0) one.each.push(Number(process.hrtime.bigint() - began) / 1e6);
    }
  }
  const own = median(found[0]?.each ?? []);
  const peer = median(found[1]?.each ?? []);
  return {
    title: `Milliseconds of a scrape of ${CHILDREN.toLocaleString('en')} histograms, medians of ${rounds} (OpenTelemetry only collects: no page is written)`,
    rows: found.map(({ name, each, characters }) => ({
      candidate: name,
      milliseconds: Number(median(each).toFixed(2)),
      'page kB': characters > 1_000 ? Math.round(characters / 1_000) : '–',
    })),
    bars: [
      atMost('scrape of 1,000 histograms', own, BAR_MS, milliseconds),
      atMost(`the same beside ${found[1]?.name ?? 'nobody'}`, own / peer, SHARE_OF_PEER, times),
    ],
  };
}
