import { median } from '../auth/measure.ts';
import { type LoadShape, load } from '../calls/load.ts';
import { cpuMicros, KEY, pinLoad, type Served, serve } from '../calls/served.ts';
import { atMost, type Part } from '../clients/bars.ts';

/** Of the processor time of a call, everything together may add so much. */
const MOST_SHARE = 0.08;
const PARTS = ['metrics', 'traces', 'files'] as const;
/** The first is what the others are compared with. */
const GATEWAYS: readonly { readonly name: string; readonly on: readonly string[] }[] = [
  { name: 'nothing', on: [] },
  { name: 'everything', on: PARTS },
  ...PARTS.map((part) => ({ name: `${part} alone`, on: [part] })),
];
const SHAPES: readonly (LoadShape & { readonly name: string })[] = [
  { name: '1 connection, 64 in flight', connections: 1, inFlight: 64, frames: false },
  { name: '8 connections × 50, coalesced', connections: 8, inFlight: 50, frames: true },
];
const WARM_UP_MS = 3_000;

/**
 * What observing costs a whole gateway: processor time per call of its process with all of it on, traces at their usual 1 %,
 * beside one with none of it, which has its turn in the same round.
 */
export async function instrumentation(quick: boolean): Promise<Part[]> {
  const [rounds, roundMs] = quick ? [9, 250] : [31, 400];
  pinLoad();
  const servers = await Promise.all(GATEWAYS.map(({ on }) => serve('serve-callsheet.ts', [without(on)])));
  try {
    const parts: Part[] = [];
    for (const shape of SHAPES) parts.push(await compare(servers, shape, rounds, roundMs));
    return parts;
  } finally {
    for (const { child } of servers) child.disconnect();
  }
}

async function compare(
  servers: readonly Served[],
  { name, ...shape }: LoadShape & { readonly name: string },
  rounds: number,
  roundMs: number,
): Promise<Part> {
  for (const server of servers) await microsPerCall(server, shape, WARM_UP_MS);
  const micros = servers.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    const order = [...servers.entries()];
    // Whatever comes and goes meanwhile is not always met by the same one.
    if (round % 2 === 1) order.reverse();
    for (const [at, server] of order) micros[at]?.push(await microsPerCall(server, shape, roundMs));
  }
  const found = GATEWAYS.map((gateway, at) => {
    const own = micros[at] ?? [];
    const more = own.map((each, round) => each / (micros[0]?.[round] ?? Number.NaN) - 1);
    return { name: gateway.name, micros: median(own), more: median(more) };
  });
  return {
    title: `What observing costs with ${name}: processor time of the server per call, medians of ${rounds} rounds`,
    rows: found.map(({ name: on, micros: each, more }) => ({
      on,
      'server CPU µs': Number(each.toFixed(2)),
      'more than nothing': percent(more),
    })),
    bars: found
      .filter((one) => one.name === 'everything')
      .map(({ more }) => atMost(`all instrumentation, ${name}`, more, MOST_SHARE, percent)),
  };
}

async function microsPerCall(server: Served, shape: LoadShape, milliseconds: number): Promise<number> {
  const before = await cpuMicros(server);
  const { calls } = await load(server.port, shape, KEY, milliseconds);
  return ((await cpuMicros(server)) - before) / calls;
}

function without(on: readonly string[]): string {
  return `without=${PARTS.filter((part) => !on.includes(part)).join(',')}`;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
