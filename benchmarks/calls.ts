// A small call through the whole gateway, beside a raw ws echo server and bare JSON-RPC on ws, interleaved in one run.
// The load generator and the servers are pinned to different cores where `taskset` exists.
import { type LoadResult, type LoadShape, load } from './calls/load.ts';
import { cpuMicros, KEY, pinLoad, type Served, serve } from './calls/served.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const MEASURE_MS = 1_000;
const WARM_UP_MS = 400;

interface Candidate {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  readonly key?: string;
  readonly frames?: boolean;
  readonly keyed?: boolean;
}

const CANDIDATES: readonly Candidate[] = [
  { name: 'ws echo', script: 'serve-echo.ts' },
  { name: 'bare JSON-RPC', script: 'serve-json-rpc.ts' },
  { name: 'bare JSON-RPC, coalesced writes', script: 'serve-json-rpc.ts', args: ['coalesced'] },
  { name: 'Callsheet', script: 'serve-callsheet.ts', key: KEY },
  { name: 'Callsheet, coalesced frames', script: 'serve-callsheet.ts', key: KEY, frames: true },
  { name: 'Callsheet, a key each', script: 'serve-callsheet.ts', key: KEY, keyed: true },
];

const SHAPES: readonly { name: string; connections: number; inFlight: number }[] = [
  { name: '1 connection, 1 in flight', connections: 1, inFlight: 1 },
  { name: '1 connection, 64 in flight', connections: 1, inFlight: 64 },
  { name: '50 connections × 8 in flight', connections: 50, inFlight: 8 },
];

pinLoad();

interface Running extends Candidate, Served {}

const start = async (candidate: Candidate): Promise<Running> => ({
  ...candidate,
  ...(await serve(candidate.script, candidate.args)),
});

interface Sample extends LoadResult {
  readonly rate: number;
  readonly cpu: number;
}

async function measure(server: Running, shape: LoadShape): Promise<Sample> {
  await load(server.port, shape, server.key, WARM_UP_MS);
  const before = await cpuMicros(server);
  const result = await load(server.port, shape, server.key, MEASURE_MS);
  const cpu = ((await cpuMicros(server)) - before) / result.calls;
  return { ...result, rate: result.calls / result.seconds, cpu };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const servers = await Promise.all(CANDIDATES.map(start));
for (const { name, connections, inFlight } of SHAPES) {
  const samples = servers.map((): Sample[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, server] of servers.entries()) {
      samples[at]?.push(
        await measure(server, { connections, inFlight, frames: server.frames ?? false, keyed: server.keyed ?? false }),
      );
    }
  }
  console.log(`${name}: ratios to the echo server of the same round, medians of ${ROUNDS} rounds`);
  console.table(
    servers.map((server, at) => {
      const own = samples[at] ?? [];
      const ratio = (pick: (sample: Sample) => number): number =>
        median(own.map((sample, round) => pick(sample) / pick(samples[0]?.[round] ?? sample)));
      return {
        candidate: server.name,
        'calls/s': Math.round(median(own.map((sample) => sample.rate))),
        'rate ratio': Number(ratio((sample) => sample.rate).toFixed(2)),
        'server CPU µs': Number(median(own.map((sample) => sample.cpu)).toFixed(2)),
        'CPU ratio': Number(ratio((sample) => sample.cpu).toFixed(2)),
        'p50 µs': Math.round(median(own.map((sample) => sample.p50))),
        'p99 µs': Math.round(median(own.map((sample) => sample.p99))),
      };
    }),
  );
}
for (const { child } of servers) child.disconnect();
