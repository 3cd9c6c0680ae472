import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { load } from '../calls/load.ts';
import { hear } from '../servers/hear.ts';
import { median } from './measure.ts';
import { RULES, type Rules } from './rules.ts';

/** What rules cost the calls of a session that is open, by processor time of the gateway. */
export interface Overhead {
  readonly rules: Rules;
  /** Per call, median. */
  readonly micros: number;
  /** Beside the gateway without rules of the same round: what disturbs the one disturbs the other. Median. */
  readonly ratio: number;
}

const ROUNDS = 30;
const MEASURE_MS = 350;
const WARM_UP_MS = 1_500;
const KEY = 'benchmark-key-of-forty-characters-000000';
const SHAPE = { connections: 1, inFlight: 64, frames: true };

/** Gateways that differ in their rules only take turns under the same load. The first is the one without. */
export async function measureOverhead(): Promise<readonly Overhead[]> {
  const servers: Server[] = [];
  try {
    for (const rules of RULES) servers.push(await start(rules));
    for (const { port } of servers) await load(port, SHAPE, KEY, WARM_UP_MS);
    const samples = servers.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      // Another one comes first each time: the machine is not the same at the start and the end of a round.
      for (let turn = 0; turn < servers.length; turn += 1) {
        const at = (round + turn) % servers.length;
        const server = servers[at];
        if (server !== undefined) samples[at]?.push(await cpuPerCall(server));
      }
    }
    return servers.map(({ rules }, at) => {
      const own = samples[at] ?? [];
      const ratios = own.map((micros, round) => micros / (samples[0]?.[round] ?? Number.NaN));
      return { rules, micros: median(own), ratio: median(ratios) };
    });
  } finally {
    for (const { child } of servers) child.disconnect();
  }
}

interface Server {
  readonly rules: Rules;
  readonly child: ChildProcess;
  readonly port: number;
}

async function start(rules: Rules): Promise<Server> {
  const script = fileURLToPath(new URL('./serve-with-rules.ts', import.meta.url));
  const pin = spawnSync('taskset', ['--version']).status === 0 ? ['taskset', '-c', '0'] : [];
  const [program = '', ...args] = [...pin, process.execPath, '--import', 'tsx', script, rules];
  const env = { ...process.env, CALLSHEET_ADMIN_KEY: KEY };
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env });
  const { port } = await hear<{ port: number }>(child);
  return { rules, child, port };
}

async function cpuPerCall({ child, port }: Server): Promise<number> {
  const before = await cpu(child);
  const { calls } = await load(port, SHAPE, KEY, MEASURE_MS);
  return ((await cpu(child)) - before) / calls;
}

async function cpu(child: ChildProcess): Promise<number> {
  child.send('cpu');
  return (await hear<{ cpuMicros: number }>(child)).cpuMicros;
}
