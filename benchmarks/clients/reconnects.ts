import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { median } from '../auth/measure.ts';
import { hear } from '../servers/hear.ts';
import { atLeast, atMost, milliseconds, type Part, whole } from './bars.ts';
import { CANDIDATES } from './candidates/all.ts';
import type { Candidate } from './candidates/candidate.ts';
import type { Losses } from './lose-connections.ts';
import { startClient, startServer } from './processes.ts';

/** After this long a call in flight at the drop counts as forgotten. */
const FORGOTTEN_MS = 7_000;
/** A session that lived this long was a good one: the next drop counts as the first. */
const STABLE_MS = 1_500;
/** The slowest peer waits a second and a half before it dials. */
const BACK_MS = 3_000;

interface Dropped {
  readonly name: string;
  readonly server: ChildProcess;
  readonly client: ChildProcess;
  /** Milliseconds from the drop until a connection was back, of each drop. */
  readonly waits: readonly number[][];
}

/** The server cuts twenty connections at once and goes on listening. */
export async function reconnects(quick: boolean): Promise<Part> {
  const dropped: Dropped[] = [];
  for (const candidate of CANDIDATES.filter(({ name }) => name === 'Callsheet' || !name.startsWith('Callsheet'))) {
    if (candidate.name !== 'raw ws, arrays') dropped.push(await drop(candidate, quick ? 2 : 5));
  }
  await pause(FORGOTTEN_MS);
  const found = await Promise.all(
    dropped.map(async ({ name, client, server, waits }) => {
      const { answered, rejected, pending } = await report(client);
      client.disconnect();
      server.disconnect();
      const p50 = median(waits.map(median));
      const spread = median(waits.map((each) => Math.max(...each) - Math.min(...each)));
      return { name, p50, spread, answered, rejected, pending };
    }),
  );
  const ours = found.at(-1) ?? { p50: Number.NaN, spread: Number.NaN, pending: Number.NaN };
  return {
    title: `20 connections cut at once, 10 calls in flight on each, looked at ${FORGOTTEN_MS / 1_000} s later`,
    rows: found.map(({ name, p50, spread, answered, rejected, pending }) => ({
      client: name,
      'back after, p50 ms': Number.isNaN(p50) ? 'never' : Math.round(p50),
      'first to last, ms': Number.isFinite(spread) ? Math.round(spread) : '–',
      'calls rejected': rejected,
      'calls answered': answered,
      'calls pending': pending,
    })),
    bars: [
      atMost('back after a drop, p50', ours.p50, 100, milliseconds),
      atLeast('back after a drop, first to last of 20', ours.spread, 80, milliseconds),
      atMost(`calls pending ${FORGOTTEN_MS / 1_000} s after the drop`, ours.pending, 0, whole),
    ],
  };
}

async function drop({ name, server: kind, reconnects }: Candidate, times: number): Promise<Dropped> {
  const { child: server, port } = await startServer(`servers/serve-${kind}.ts`);
  const client = await startClient('lose-connections.ts', [name, String(port)]);
  const waits: number[][] = [];
  for (let time = 0; time < (reconnects ? times : 1); time += 1) {
    await pause(STABLE_MS);
    const droppedAt = performance.timeOrigin + performance.now();
    server.send('drop');
    await pause(reconnects ? BACK_MS : 0);
    const { readyAt } = await report(client);
    waits.push(readyAt.map((at) => at - droppedAt));
  }
  return { name, server, client, waits };
}

async function report(client: ChildProcess): Promise<Losses> {
  client.send('report');
  return hear<Losses>(client);
}
