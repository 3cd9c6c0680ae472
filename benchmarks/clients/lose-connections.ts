// Twenty connections of one client in a process of its own, with calls in flight that nobody will ever answer.
import type { JsonObject } from '@callsheet/sdk-node';
import { CANDIDATES } from './candidates/all.ts';

/** What became of the connections and of the calls that were in flight when they were lost. */
export interface Losses {
  /** When each was back, by the clock all processes share. */
  readonly readyAt: readonly number[];
  readonly answered: number;
  readonly rejected: number;
  readonly pending: number;
}

const CONNECTIONS = 20;
const CALLS_EACH = 10;

const [name, port] = process.argv.slice(2);
const candidate = CANDIDATES.find((one) => one.name === name);
if (candidate === undefined) throw new Error(`there is no client "${name}"`);
const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => candidate.open(Number(port))));

let readyAt: number[] = [];
let answered = 0;
let rejected = 0;
let inFlight = 0;
for (const connection of connections) {
  connection.onReady(() => readyAt.push(performance.timeOrigin + performance.now()));
  for (let call = 0; call < CALLS_EACH; call += 1) {
    inFlight += 1;
    connection.call('never', {} satisfies JsonObject).then(
      () => {
        answered += 1;
      },
      () => {
        rejected += 1;
      },
    );
  }
}

process.on('disconnect', () => process.exit(0));
process.on('message', () => {
  process.send?.({ readyAt, answered, rejected, pending: inFlight - answered - rejected } satisfies Losses);
  readyAt = [];
});
process.send?.({});
