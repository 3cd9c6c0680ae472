/**
 * What the dispatcher adds to a call: pick, guard, slot, deadline and the way back, with 10 and with 500 workers, beside
 * the same link called through a bare promise with the same work, in one run. `npm run bench dispatch`
 */
import { availableParallelism } from 'node:os';
import type { EndpointCall } from '@callsheet/discovery';
import type { Json } from '@callsheet/protocol';
import { median } from './auth/measure.ts';
import { type Fleet, fleet, LINK } from './dispatch/fleet.ts';
import type { IdleWork } from './dispatch/idle-work.ts';

const CALLS = 500;
const WARM_UP_ROUNDS = 100;
const ROUNDS = 401;
const BARS_NS = new Map([
  [10, 1_500],
  [500, 2_000],
]);

/** The least anybody could do: the link, and a promise of one's own about its answer. */
function bare(work: IdleWork): Promise<Json> {
  return new Promise((resolve, reject) => {
    // Nothing of it is looked at by a link that answers at once.
    LINK.call(work as unknown as EndpointCall).then(
      (answer) => resolve(answer),
      (error) => reject(error),
    );
  });
}

/** Nanoseconds per call, one after the other. */
async function time(work: IdleWork, call: (work: IdleWork) => Promise<Json>): Promise<number> {
  const began = process.hrtime.bigint();
  for (let n = 0; n < CALLS; n++) await call(work);
  return Number(process.hrtime.bigint() - began) / CALLS;
}

async function measure({ cluster, work }: Fleet): Promise<{ added: number; ratio: number; floor: number }> {
  const added: number[] = [];
  const ratios: number[] = [];
  const floors: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const own = await time(work, (one) => cluster.call(one));
    const floor = await time(work, bare);
    if (round < 0) continue;
    added.push(own - floor);
    ratios.push(own / floor);
    floors.push(floor);
  }
  return { added: median(added), ratio: median(ratios), floor: median(floors) };
}

console.log(`Node ${process.version}, ${availableParallelism()} processors; nanoseconds per call, one thread`);
const rows = [];
for (const [workers, bar] of BARS_NS) {
  const measured = fleet(workers);
  const { added, ratio, floor } = await measure(measured);
  measured.cluster.close();
  rows.push({
    workers,
    'added ns': Math.round(added),
    'may add': bar,
    'within it': added <= bar,
    'floor ns': Math.round(floor),
    'over floor': `${ratio.toFixed(2)}×`,
  });
}
console.table(rows);
