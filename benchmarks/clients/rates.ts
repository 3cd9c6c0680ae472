import { median } from '../auth/measure.ts';
import { hear } from '../servers/hear.ts';
import { atLeast, type Part, times } from './bars.ts';
import { CANDIDATES } from './candidates/all.ts';
import type { Candidate } from './candidates/candidate.ts';
import type { Driven } from './drive.ts';
import type { Run } from './keep-in-flight.ts';
import { startClient, startServer } from './processes.ts';

const IN_FLIGHT = 64;
const KEY = 'benchmark-key-of-forty-characters-000000';

interface Rate {
  readonly name: string;
  readonly rate: number;
  /** To the floor of the same round. */
  readonly ratio: number;
  /** Processor time of the client per call, in microseconds. */
  readonly cpu: number;
}

/** Clients beside each other on a server that does next to nothing. */
export async function rates(quick: boolean): Promise<Part> {
  const jsonRpc = await startServer('servers/serve-json-rpc.ts');
  const socketIo = await startServer('servers/serve-socket-io.ts');
  const portOf = ({ server }: Candidate): number => (server === 'json-rpc' ? jsonRpc : socketIo).port;
  const found = await measure(CANDIDATES, portOf, 'echo', quick);
  jsonRpc.child.disconnect();
  socketIo.child.disconnect();
  return {
    title: `one connection, ${IN_FLIGHT} calls in flight, medians; ratios are to raw ws in the same round`,
    rows: rowsOf(found),
    bars: [
      atLeast('calls/s, uncoalesced, beside raw ws', ratioOf(found, 'Callsheet'), 0.95, times),
      atLeast('calls/s, coalesced, beside raw ws', ratioOf(found, 'Callsheet, coalesced'), 3, times),
    ],
  };
}

/** The whole road: the same clients on a real gateway, which checks every call. */
export async function gatewayRates(quick: boolean): Promise<Part> {
  process.env.CALLSHEET_ADMIN_KEY = KEY;
  const gateway = await startServer('../calls/serve-callsheet.ts');
  const speakers = CANDIDATES.filter(({ name }) => name.startsWith('raw') || name.startsWith('Callsheet'));
  const found = await measure(speakers, () => gateway.port, 'diagnostics_echo', quick);
  gateway.child.disconnect();
  delete process.env.CALLSHEET_ADMIN_KEY;
  return { title: 'the same through a real gateway, which checks every call', rows: rowsOf(found), bars: [] };
}

/** Interleaved: what disturbs one round disturbs every candidate's. The first candidate is the floor. */
async function measure(
  candidates: readonly Candidate[],
  portOf: (candidate: Candidate) => number,
  tool: string,
  quick: boolean,
): Promise<readonly Rate[]> {
  const [rounds, ms] = quick ? [3, 400] : [9, 1_000];
  const clients = [];
  for (const candidate of candidates) {
    const child = await startClient('drive.ts', [candidate.name, String(portOf(candidate)), tool]);
    clients.push({ name: candidate.name, child, samples: [] as Driven[] });
  }
  for (let round = -1; round < rounds; round += 1) {
    for (const { child, samples } of clients) {
      child.send({ inFlight: IN_FLIGHT, ms } satisfies Run);
      const driven = await hear<Driven>(child);
      if (round >= 0) samples.push(driven);
    }
  }
  for (const { child } of clients) child.disconnect();
  const rateOf = (sample: Driven | undefined): number =>
    sample === undefined ? Number.NaN : sample.calls / sample.seconds;
  const floor = clients[0]?.samples ?? [];
  return clients.map(({ name, samples }) => ({
    name,
    rate: median(samples.map(rateOf)),
    ratio: median(samples.map((sample, round) => rateOf(sample) / rateOf(floor[round]))),
    cpu: median(samples.map(({ calls, cpuMicros }) => cpuMicros / calls)),
  }));
}

function ratioOf(found: readonly Rate[], name: string): number {
  return found.find((one) => one.name === name)?.ratio ?? Number.NaN;
}

function rowsOf(found: readonly Rate[]): Part['rows'] {
  return found.map(({ name, rate, ratio, cpu }) => ({
    client: name,
    'calls/s': Math.round(rate),
    'beside raw ws': Number(ratio.toFixed(2)),
    'client CPU µs': Number(cpu.toFixed(2)),
  }));
}
