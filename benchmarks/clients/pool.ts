import { atLeast, type Part, share } from './bars.ts';
import type { PoolRate } from './fill-pool.ts';
import { findOut, startServer } from './processes.ts';

const WINDOW = 16;
const CALL_MS = 20;
const BARS: ReadonlyMap<number, number> = new Map([
  [4, 0.93],
  [8, 0.88],
]);

/**
 * A server that takes 16 calls at once on a connection, each of 20 ms, can answer 800 a second on each connection: how much of
 * that a client gets out of it. What is missing is what timers round up, the way there and back, and waiting in the client.
 */
export async function pool(quick: boolean): Promise<Part> {
  const rows = [];
  const bars = [];
  for (const connections of [1, 2, 4, 8]) {
    const { child, port } = await startServer('servers/serve-json-rpc.ts', [String(WINDOW)]);
    const args = [port, connections, WINDOW, CALL_MS, quick ? 1_000 : 4_000].map(String);
    const rate = await findOut<PoolRate>('fill-pool.ts', args);
    child.disconnect();
    const efficiency = rate / ((connections * WINDOW * 1_000) / CALL_MS);
    rows.push({ connections, 'calls/s': Math.round(rate), 'of what is possible': Number(efficiency.toFixed(3)) });
    const least = BARS.get(connections);
    if (least !== undefined) bars.push(atLeast(`pool of ${connections}, efficiency`, efficiency, least, share));
  }
  return { title: `a pool: ${WINDOW} calls of ${CALL_MS} ms at once on each connection`, rows, bars };
}
