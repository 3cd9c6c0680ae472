import { atMost, type Part, times } from './bars.ts';
import { findOut, startServer } from './processes.ts';
import type { Waits } from './queue-behind.ts';

/** Calls share frames, and still a slow one holds nobody back: its answer comes when it is ready, not with its frame. */
export async function headOfLine(quick: boolean): Promise<Part> {
  const slowMs = quick ? 2_000 : 10_000;
  const { child, port } = await startServer('servers/serve-json-rpc.ts');
  const waits = await findOut<Waits>('queue-behind.ts', [port, slowMs, quick ? 20 : 100].map(String));
  child.disconnect();
  const [alone, behind] = [quantile(waits.alone, 0.99), quantile(waits.behind, 0.99)];
  const row = (name: string, values: readonly number[]): Part['rows'][number] => ({
    'a thousand fast calls': name,
    'p50 ms': Number(quantile(values, 0.5).toFixed(2)),
    'p99 ms': Number(quantile(values, 0.99).toFixed(2)),
  });
  return {
    title: 'fast calls that share frames with a slow one',
    rows: [row('alone', waits.alone), row(`behind one of ${slowMs / 1_000} s`, waits.behind)],
    bars: [atMost('p99 behind a slow call, beside alone', behind / alone, 2, times)],
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}
