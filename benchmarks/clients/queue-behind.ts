// Calls that are answered at once, alone and behind one that takes its time, by one client in a process of its own.
import { connect } from '@callsheet/sdk-node';

/** Milliseconds each fast call took. */
export interface Waits {
  readonly alone: readonly number[];
  readonly behind: readonly number[];
}

const FAST = 1_000;
const [port = 0, slowMs = 0, rounds = 0] = process.argv.slice(2).map(Number);
const client = await connect({ url: `ws://127.0.0.1:${port}/rpc` });

/** All begun in one turn, as a page does that has waited for its session. */
async function callAll(): Promise<number[]> {
  const waits: number[] = [];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: FAST }, async (_, n) => {
      await client.call('echo', { n });
      waits.push(performance.now() - began);
    }),
  );
  return waits;
}

async function callAllBehind(): Promise<number[]> {
  const stop = new AbortController();
  let over = false;
  const slow = client.call('sleep', { ms: slowMs }, { signal: stop.signal }).then(
    () => {
      over = true;
    },
    () => undefined,
  );
  const waits = await callAll();
  if (over) throw new Error('the slow call was over before the fast ones');
  stop.abort();
  await slow;
  return waits;
}

for (let round = 0; round < 5; round += 1) await callAll();
const alone: number[] = [];
const behind: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  alone.push(...(await callAll()));
  behind.push(...(await callAllBehind()));
}
await client.close();
process.send?.({ alone, behind } satisfies Waits);
