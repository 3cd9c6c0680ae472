// Gives calls up in every phase they can be in, in a process of its own.
import { type AddressInfo, createServer, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient, type NodeClient, type NodeClientOptions } from '@callsheet/sdk-node';

/** Milliseconds from the abort to the rejection, by phase. */
export type Aborted = Readonly<Record<string, readonly number[]>>;

const [port = 0, times = 0] = process.argv.slice(2).map(Number);
const url = `ws://127.0.0.1:${port}/rpc`;

/** Starts calls one after another and aborts each when it had time to get into its phase. */
async function abortCalls(client: NodeClient, tool: string, settleMs: number): Promise<number[]> {
  const waits: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const stop = new AbortController();
    let rejectedAt = Number.NaN;
    const rejected = client.call(tool, {}, { signal: stop.signal }).then(
      () => {
        throw new Error(`"${tool}" was answered, and was to be aborted`);
      },
      () => {
        rejectedAt = performance.now();
      },
    );
    await pause(settleMs);
    if (!Number.isNaN(rejectedAt)) throw new Error(`"${tool}" had failed before it was aborted`);
    const abortedAt = performance.now();
    stop.abort();
    await rejected;
    waits.push(rejectedAt - abortedAt);
  }
  return waits;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function withClient(
  options: NodeClientOptions,
  run: (client: NodeClient) => Promise<number[]>,
): Promise<number[]> {
  const client = createClient(options);
  try {
    return await run(client);
  } finally {
    await client.close();
  }
}

/** A server that takes connections and never says anything. */
const silent = createServer();
const silentPort = await listen(silent);
/** A port nobody listens on any more. */
const closed = createServer();
const closedPort = await listen(closed);
await new Promise((resolve) => closed.close(resolve));

const aborted: Aborted = {
  connecting: await withClient({ url: `ws://127.0.0.1:${silentPort}/rpc` }, (client) => abortCalls(client, 'echo', 20)),
  'queued while offline': await withClient(
    { url: `ws://127.0.0.1:${closedPort}/rpc`, reconnect: { firstDelayMs: 60_000 } },
    (client) => abortCalls(client, 'echo', 20),
  ),
  'queued for the window': await withClient({ url }, async (client) => {
    await client.connect();
    const filling = Array.from({ length: 64 }, () => client.call('never', {}).catch(() => undefined));
    const waits = await abortCalls(client, 'echo', 5);
    await client.close();
    await Promise.all(filling);
    return waits;
  }),
  'in flight': await withClient({ url }, async (client) => {
    await client.connect();
    return abortCalls(client, 'never', 5);
  }),
  'waiting to be tried again': await withClient({ url, retry: { budget: { tokens: 1_000 } } }, async (client) => {
    await client.connect();
    return abortCalls(client, 'later', 20);
  }),
};
silent.close();
process.send?.(aborted);
