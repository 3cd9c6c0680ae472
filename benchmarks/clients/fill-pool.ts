// One client with several connections in a process of its own, which always has twice as many calls as the server takes.
import { connect } from '@callsheet/sdk-node';

/** Calls of 20 ms answered in a second. */
export type PoolRate = number;

const [port, connections, window, callMs, ms] = process.argv.slice(2).map(Number);
if (port === undefined || connections === undefined || window === undefined || callMs === undefined || ms === undefined)
  throw new Error('say port, connections, window, duration of a call, duration of the run');

const client = await connect({ url: `ws://127.0.0.1:${port}/rpc`, pool: { size: connections } });
let answered = 0;
let running = true;
const keepOne = async (): Promise<void> => {
  while (running) {
    await client.call('sleep', { ms: callMs });
    answered += 1;
  }
};
const loops = Array.from({ length: connections * window * 2 }, keepOne);
// Dialled connections, compiled code, and calls that are no longer in step.
await new Promise((resolve) => setTimeout(resolve, 500));
const [before, began] = [answered, performance.now()];
await new Promise((resolve) => setTimeout(resolve, ms));
const rate: PoolRate = ((answered - before) * 1_000) / (performance.now() - began);
running = false;
await Promise.all(loops);
await client.close();
process.send?.(rate);
