import { median } from '../auth/measure.ts';
import type { Aborted } from './abort-calls.ts';
import { atMost, milliseconds, type Part } from './bars.ts';
import { findOut, startServer } from './processes.ts';

/** No peer here takes an AbortSignal, so ours stand alone. */
export async function aborts(quick: boolean): Promise<Part> {
  const { child, port } = await startServer('servers/serve-json-rpc.ts');
  const aborted = await findOut<Aborted>('abort-calls.ts', [String(port), quick ? '10' : '50']);
  child.disconnect();
  const phases = Object.entries(aborted).map(([phase, waits]) => ({
    phase,
    p50: median(waits),
    most: Math.max(...waits),
  }));
  const worst = Math.max(...phases.map(({ most }) => most));
  return {
    title: 'from abort() to the rejection, by what the call was doing',
    rows: phases.map(({ phase, p50, most }) => ({
      'the call was': phase,
      'p50 ms': Number(p50.toFixed(2)),
      'slowest ms': Number(most.toFixed(2)),
    })),
    bars: [atMost('abort to rejection, slowest of all phases', worst, 5, milliseconds)],
  };
}
